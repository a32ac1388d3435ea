"""The inner loops of drawing, compiled: pieces, cutting by lines, reconnection, contiguity.

All work on one community at a time, in local indices, so that its arrays stay in the cache. Nothing
here allocates inside a loop over buildings, and nothing draws from a global random state.
"""

# Numba compiles plain loops best; names are short where the formula is the documentation.

import numba
import numpy as np

# No fast-math: equal inputs must give equal plans on every machine.
jit = numba.njit(cache=True, nogil=True, error_model="numpy")

@jit
def pieces(indptr, indices, label, piece, stack):
    """Number the connected pieces of equal ``label``; -1 where the label is negative.

    Fills ``piece`` (n,) and returns how many there are. ``stack`` is scratch (n,).
    """
    n = len(label)
    piece[:] = -1
    found = 0
    for start in range(n):
        if label[start] < 0 or piece[start] >= 0:
            continue
        piece[start] = found
        stack[0] = start
        top = 1
        while top:
            top -= 1
            i = stack[top]
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                if piece[j] < 0 and label[j] == label[start]:
                    piece[j] = found
                    stack[top] = j
                    top += 1
        found += 1
    return found


@jit
def _principal_axis(x, y, w, nodes):
    """Unit vector of the longest spread of ``nodes``, weighted."""
    total, mx, my = 1e-9, 0.0, 0.0
    for i in nodes:
        total += w[i] + 1e-6
        mx += (w[i] + 1e-6) * x[i]
        my += (w[i] + 1e-6) * y[i]
    mx /= total
    my /= total
    xx, xy, yy = 0.0, 0.0, 0.0
    for i in nodes:
        dx, dy = x[i] - mx, y[i] - my
        xx += (w[i] + 1e-6) * dx * dx
        xy += (w[i] + 1e-6) * dx * dy
        yy += (w[i] + 1e-6) * dy * dy
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    return np.cos(angle), np.sin(angle)


@jit
def bisect(x, y, w, nodes, k, first, low, high, label):
    """Cut ``nodes`` into ``k <= len(nodes)`` parts of about equal weight by lines across the spread.

    Writes labels ``first .. first + k - 1``. Parts are even in weight, not yet contiguous.
    """
    n = len(nodes)
    stack = np.empty((2 * k + 2, 4), np.int64)
    stack[0] = (0, n, k, first)
    top = 1
    while top:
        top -= 1
        start, stop, parts, name = stack[top]
        if parts == 1 or stop - start < 2:
            for i in nodes[start:stop]:
                label[i] = name
            continue
        block = nodes[start:stop]
        ax, ay = _principal_axis(x, y, w, block)
        along = np.empty(stop - start)
        total = 0.0
        for t in range(stop - start):
            along[t] = ax * x[block[t]] + ay * y[block[t]]
            total += w[block[t]]
        order = np.argsort(along)
        block[:] = block[order]
        left = parts // 2
        wanted = total * left / parts
        least = max(left * low, total - (parts - left) * high)
        most = min(left * high, total - (parts - left) * low)
        cut, best, run = left, np.inf, 0.0
        for t in range(stop - start - (parts - left)):
            run += w[block[t]]
            off = abs(run - wanted)
            if run < least or run > most:
                off += total
            if off < best and t + 1 >= left:
                best, cut = off, t + 1
        stack[top] = (start, start + cut, left, name)
        stack[top + 1] = (start + cut, stop, parts - left, name + left)
        top += 2


@jit
def reconnect(indptr, indices, w, fixed, label, n_labels, load, high):
    """Give every building outside its grid's heaviest piece to a neighbouring grid.

    Buildings labelled -1 are given away too. ``load`` (n_labels,) is recomputed. Grids of ``fixed``
    buildings neither give nor take. Labels without buildings may remain.
    """
    n = len(label)
    piece = np.empty(n, np.int32)
    stack = np.empty(n, np.int32)
    found = pieces(indptr, indices, label, piece, stack)
    weight = np.zeros(found)
    size = np.zeros(found, np.int32)
    home = np.empty(found, np.int32)
    for i in range(n):
        if piece[i] >= 0:
            weight[piece[i]] += w[i]
            size[piece[i]] += 1
            home[piece[i]] = label[i]
    main = np.full(n_labels, -1, np.int32)
    for p in range(found):
        g = home[p]
        best = main[g]
        if best < 0 or weight[p] > weight[best] or (weight[p] == weight[best] and size[p] > size[best]):
            main[g] = p
    load[:] = 0.0
    top = 0
    for i in range(n):
        if fixed[i]:
            load[label[i]] += w[i]
            continue
        if label[i] < 0 or main[label[i]] != piece[i]:
            label[i] = -1
            stack[top] = i
            top += 1
        else:
            load[label[i]] += w[i]
    while top:
        left = 0
        moved = False
        for t in range(top):
            i = stack[t]
            best, room = -1, -np.inf
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                g = label[j]
                if g >= 0 and not fixed[j] and high - load[g] > room:
                    best, room = g, high - load[g]
            if best >= 0:
                label[i] = best
                load[best] += w[i]
                moved = True
            else:
                stack[left] = i
                left += 1
        top = left
        if not moved:
            break
    return top


@jit
def stays_connected(indptr, indices, label, i, mark, stamp, queue, far):
    """Whether the grid of ``i`` holds together without ``i``.

    Looks at the neighbours of ``i`` alone (enough in almost every triangulation); where ``far`` it
    also follows the rest of the grid, so that the answer is exact. ``mark`` (n,) holds stamps:
    ``stamp`` for "to be reached", ``stamp + 1`` for "reached".
    """
    a = label[i]
    wanted = 0
    first = -1
    for e in range(indptr[i], indptr[i + 1]):
        j = indices[e]
        if label[j] == a:
            mark[j] = stamp
            wanted += 1
            first = j
    if wanted <= 1:
        return wanted == 1
    mark[first] = stamp + 1
    queue[0] = first
    top, reached = 1, 1
    while top:
        top -= 1
        u = queue[top]
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            if mark[v] == stamp:
                mark[v] = stamp + 1
                reached += 1
                if reached == wanted:
                    return True
                queue[top] = v
                top += 1
    if not far:
        return False
    mark[i] = stamp + 1
    for e in range(indptr[i], indptr[i + 1]):
        if mark[indices[e]] == stamp + 1 and label[indices[e]] == a:
            queue[top] = indices[e]
            top += 1
    while top:
        top -= 1
        u = queue[top]
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            if label[v] == a and mark[v] != stamp + 1:
                if mark[v] == stamp:
                    reached += 1
                    if reached == wanted:
                        return True
                mark[v] = stamp + 1
                queue[top] = v
                top += 1
    return False
