// A simulated day of a site: people as dots that walk from queue to desk. Times are seconds from
// opening, places are units of the layout beneath. Without motion, dots stand where they are.

const STATION = 0, DESK = 1, BEGIN = 2, LEAVE = 3, VISIT = 4;
const WALK_S = 40;
const COLOURS = { waiting: "#2563eb", served: "#6b7280", seated: "#0f766e", late: "#dc2626" };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// A point so far along a way; who has no room on it any more stands at its end.
function along(way, distance) {
  for (let i = 1; i < way.length; i++) {
    const [x, y] = way[i - 1], [u, v] = way[i];
    const length = Math.hypot(u - x, v - y);
    if (distance <= length) {
      const share = length ? distance / length : 0;
      return [x + share * (u - x), y + share * (v - y)];
    }
    distance -= length;
  }
  return way.at(-1);
}

// Where somebody is at a moment: before which station, at which desk, and how long they have waited.
function whereabouts(person, t) {
  let since = person[0], waited = 0;
  for (let i = 1; i < person.length; i += VISIT) {
    const begin = person[i + BEGIN], leave = person[i + LEAVE];
    if (t < begin) return { room: person[i + STATION], since, waited: waited + t - Math.max(since, 0) };
    waited += Math.max(begin - Math.max(since, 0), 0);
    if (t < leave) return { room: person[i + STATION], desk: person[i + DESK], waited };
    since = leave;
  }
  return { left: since, waited };
}

class Replay {
  constructor(root) {
    this.root = root;
    this.day = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    this.canvas = root.querySelector("canvas");
    this.button = root.querySelector("button");
    this.slider = root.querySelector("input[type=range]");
    this.speed = root.querySelector("select");
    this.clock = root.querySelector(".site-replay-clock");
    this.counts = root.querySelector(".site-replay-counts");
    this.dots = this.day.people.map(() => null);
    this.t = 0;
    this.plays = false;
    this.slider.max = this.day.ends;
    this.slider.value = 0;
    this.button.addEventListener("click", () => this.play(!this.plays));
    this.slider.addEventListener("input", () => { this.seek(Number(this.slider.value)); });
    new ResizeObserver(() => this.draw(0)).observe(this.canvas);
    this.seek(Math.min(3600, this.day.ends / 4));
  }

  play(plays) {
    if (plays && this.t >= this.day.ends) this.seek(0);
    this.plays = plays;
    this.button.textContent = plays ? this.root.dataset.pause : this.root.dataset.play;
    this.last = performance.now();
    if (plays) requestAnimationFrame((now) => this.step(now));
  }

  step(now) {
    if (!this.plays) return;
    const passed = Math.min((now - this.last) / 1000, 0.25) * Number(this.speed.value);
    this.last = now;
    this.t = Math.min(this.t + passed, this.day.ends);
    this.slider.value = this.t;
    this.draw(calm.matches ? 0 : passed);
    if (this.t >= this.day.ends) this.play(false);
    else requestAnimationFrame((next) => this.step(next));
  }

  seek(t) {
    this.t = t;
    this.slider.value = t;
    this.draw(0);
  }

  // Everybody's place now, queues in the order in which people came to them.
  places() {
    const queues = this.day.rooms.map(() => []), found = [];
    const counts = { inside: 0, waiting: 0, served: 0, seated: 0, gone: 0 };
    for (const [i, person] of this.day.people.entries()) {
      if (person[0] > this.t) break;
      const at = whereabouts(person, this.t);
      if (at.left !== undefined) {
        counts.gone += 1;
        if (this.t < at.left + WALK_S) found.push({ i, place: this.day.exit, colour: COLOURS.served });
        else this.dots[i] = null;
        continue;
      }
      counts.inside += 1;
      const room = this.day.rooms[at.room];
      const state = at.desk === undefined ? "waiting" : room.seats ? "seated" : "served";
      counts[state] += 1;
      const colour = COLOURS[at.waited > this.day.goal ? "late" : state];
      if (at.desk === undefined) queues[at.room].push({ i, since: at.since, colour });
      else found.push({ i, place: room.desks[at.desk % room.desks.length], colour });
    }
    for (const [k, queue] of queues.entries()) {
      queue.sort((a, b) => a.since - b.since);
      const gap = this.day.gap * this.day.each;
      queue.forEach((one, n) => { found.push({ ...one, place: along(this.day.rooms[k].queue, n * gap) }); });
    }
    return { found, counts };
  }

  // Draws dots on their way: who has far to go walks on; a jump in time puts all in place.
  draw(passed) {
    const box = this.canvas.getBoundingClientRect(), ratio = devicePixelRatio || 1;
    if (!box.width) return;
    this.canvas.width = box.width * ratio;
    this.canvas.height = box.height * ratio;
    const [left, top, width] = this.day.frame, scale = this.canvas.width / width;
    const pen = this.canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
    const nearer = passed ? 1 - Math.exp(-passed / (WALK_S / 3)) : 1;
    const { found, counts } = this.places();
    for (const { i, place, colour } of found) {
      const dot = this.dots[i] ??= passed ? [...this.day.entrance] : [...place];
      dot[0] += (place[0] - dot[0]) * nearer;
      dot[1] += (place[1] - dot[1]) * nearer;
      pen.fillStyle = colour;
      pen.beginPath();
      pen.arc(dot[0], dot[1], 2.6, 0, 2 * Math.PI);
      pen.fill();
    }
    this.tell(counts);
  }

  tell(counts) {
    const minutes = Math.floor(this.day.opens + this.t / 60);
    const clock = [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, "0")).join(":");
    this.clock.textContent = clock;
    this.slider.setAttribute("aria-valuetext", clock);
    this.counts.textContent = this.root.dataset.counts.replace(
      /\{(\w+)\}/g, (_all, name) => String(counts[name] * this.day.each));
  }
}

for (const root of document.querySelectorAll(".site-replay")) new Replay(root);
