// Passkeys: a form with data-passkey asks the device before it is sent. What the server wants of the
// device stands in data-options, or is fetched from data-options-from. webauthn-json turns it into
// what browsers take.

const problem = (form, why) => {
  const place = form.querySelector("[data-passkey-problem]");
  place.textContent = place.dataset[why];
  place.hidden = false;
};

// The name of a passkey's home must be a name; browsers refuse addresses of digits.
const isAddress = /^[\d.]+$|^\[/.test(location.hostname);

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return (await answer.json()).request_options;
}

// A passkey that opens alone is kept by the device, and the device checks who holds it.
function forAlone(options, alone) {
  const wanted = options.publicKey.authenticatorSelection;
  wanted.residentKey = alone ? "required" : "discouraged";
  wanted.requireResidentKey = alone;
  if (alone) wanted.userVerification = "required";
  return options;
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "use") return window.webauthnJSON.get(options);
  return window.webauthnJSON.create(forAlone(options, form.elements.passwordless.checked));
}

async function send(form) {
  form.querySelector("[data-passkey-problem]").hidden = true;
  if (isAddress) return problem(form, "address");
  if (!window.PublicKeyCredential) return problem(form, "none");
  try {
    form.elements.credential.value = JSON.stringify(await ask(form));
  } catch {
    return problem(form, "refused");
  }
  return form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
