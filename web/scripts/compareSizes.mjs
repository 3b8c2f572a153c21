// What may not be heavier than it was: one rule for the build, `npm run sizes` and the tests.

/** KB, gzip: whatever sizes.json says. */
const BUDGETS = {
  'sign-in, js': 90,
  'sign-in, css': 15,
  'whole console': 260,
  'password list': 220,
}
const MAY_GROW = 1.2
/** KB. A small part doubles with one more control, and code moves from part to part as the bundler sees fit. */
const MAY_ADD = 1

/** @typedef {{ totals: Record<string, number>, parts: Record<string, number> }} Sizes in KB, gzip */

/**
 * A table of what there is and how it has changed, and the names of what is too large or has grown by more than a fifth.
 * What is new has nothing to be compared with: it counts in the totals.
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
