// Compares the sizes of the build with budgets and with sizes.json, for `npm run build` and `npm run sizes`.

/** Budgets in KB, gzip. They apply independently of sizes.json. */
const BUDGETS = {
  'sign-in, js': 90,
  'sign-in, css': 15,
  'whole console': 260,
  'password list': 220,
}
const MAY_GROW = 1.2
/** Growth of a part that is always allowed, in KB: a small part doubles with one more control, and the bundler moves code. */
const MAY_ADD = 1

/** @typedef {{ totals: Record<string, number>, parts: Record<string, number> }} Sizes in KB, gzip */

/**
 * Returns a table of all sizes with their changes, and the names of those that exceed a budget or have grown by more than a
 * fifth. A new part counts only in the totals.
 * @param {Sizes} before
 * @param {Sizes} now
 */
export function compareSizes(before, now) {
  /** @type {string[]} */
  const grown = []
  const totals = Object.entries(now.totals).map(([name, size]) => {
    const budget = BUDGETS[/** @type {keyof typeof BUDGETS} */ (name)]
    const was = before.totals[name]
    const remark = size > 0 && size <= budget ? growth(size, was) : 'OVER'
    if (remark) grown.push(name)
    return line(name, size, was, `budget ${budget} KB ${remark}`)
  })
  const parts = Object.entries(now.parts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, size]) => {
      const was = before.parts[name]
      const remark = size - (was ?? 0) > MAY_ADD ? growth(size, was) : ''
      if (remark) grown.push(name)
      return line(name, size, was, remark || (was === undefined ? 'new' : ''))
    })
  return { table: [...totals, '', ...parts].join('\n'), grown }
}

/** @param {number} size @param {number | undefined} was */
function growth(size, was) {
  return was !== undefined && size > was * MAY_GROW ? 'GREW by more than a fifth' : ''
}

/** @param {string} name @param {number} size @param {number | undefined} was @param {string} remark */
function line(name, size, was, remark) {
  const change =
    was === undefined ? '' : `${size >= was ? '+' : '−'}${Math.abs(size - was).toFixed(1)}`
  return `${size.toFixed(1).padStart(7)} KB ${change.padStart(7)}  ${name.padEnd(28)} ${remark}`.trimEnd()
}
