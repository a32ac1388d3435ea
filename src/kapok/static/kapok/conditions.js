// Whether a condition of a pack holds, from its tree (kapok.packs.conditions.tree), without network.
// As on the server: what needs an answer that is not there is neither true nor false; && and ||
// decide without it where they can, and else the condition does not hold.

class Undecided extends Error {}

const undecided = () => {
  throw new Undecided();
};

const attempt = (tree, variables) => {
  try {
    return part(tree, variables);
  } catch (error) {
    if (error instanceof Undecided) return undefined;
    throw error;
  }
};

const answer = ([root, name], variables) => {
  const value = Object.hasOwn(variables, root) && Object.hasOwn(variables[root], name)
    ? variables[root][name]
    : undefined;
  return value === undefined || value === null ? undecided() : value;
};

const truth = (value) => (typeof value === "boolean" ? value : undecided());

// false decides &&, true decides ||, whichever side it stands on.
const joined = (args, variables, deciding) => {
  const values = args.map((arg) => attempt(arg, variables));
  if (values.includes(deciding)) return deciding;
  return values.includes(undefined) ? undecided() : !deciding;
};

const rest = (a, b) => (b === 0 ? undecided() : a % b);

const ordered = (compare) => (a, b) => (typeof a === typeof b ? compare(a, b) : undecided());

const letters = (value) => (Array.isArray(value) ? value.length : [...value].length);

const BINARY = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": ordered((a, b) => a < b),
  "<=": ordered((a, b) => a <= b),
  ">": ordered((a, b) => a > b),
  ">=": ordered((a, b) => a >= b),
  "in": (a, b) => b.includes(a),
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": rest,
  startsWith: (text, start) => text.startsWith(start),
  endsWith: (text, end) => text.endsWith(end),
  contains: (text, piece) => text.includes(piece),
  matches: (text, pattern) => new RegExp(pattern, "u").test(text),
};

const SPECIAL = {
  "&&": (args, variables) => joined(args, variables, false),
  "||": (args, variables) => joined(args, variables, true),
  "!": ([arg], variables) => !truth(part(arg, variables)),
  "?:": ([condition, then, otherwise], variables) =>
    part(truth(part(condition, variables)) ? then : otherwise, variables),
  "neg": ([arg], variables) => -part(arg, variables),
  has: ([arg], variables) => attempt(arg, variables) !== undefined,
  size: ([arg], variables) => letters(part(arg, variables)),
};

const part = (tree, variables) => {
  if ("lit" in tree) return tree.lit;
  if ("list" in tree) return tree.list;
  if ("var" in tree) return answer(tree.var, variables);
  if (Object.hasOwn(SPECIAL, tree.op)) return SPECIAL[tree.op](tree.args, variables);
  const [left, right] = tree.args.map((arg) => part(arg, variables));
  return BINARY[tree.op](left, right);
};

/** Whether the condition of a tree is true with these answers. */
export const evaluate = (tree, variables) => attempt(tree, variables) === true;

/** Whether a whole text looks like a field's pattern. */
export const matches = (text, pattern) => new RegExp(`^(?:${pattern})$`, "u").test(text);
