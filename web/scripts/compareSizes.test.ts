import { describe, expect, it } from 'vitest'
import { compareSizes } from './compareSizes.mjs'

const before = {
  totals: { 'sign-in, js': 60, 'sign-in, css': 6, 'whole console': 190 },
  parts: { 'AuditView.js': 5, 'UiBadge.js': 0.3 },
}

function grownBy(change: { totals?: Record<string, number>; parts?: Record<string, number> }) {
  return compareSizes(before, {
    totals: { ...before.totals, ...change.totals },
    parts: { ...before.parts, ...change.parts },
  })
}

describe('the sizes of the build', () => {
  it('may grow by a fifth, and small parts by 1 KB', () => {
    expect(
      grownBy({
        totals: { 'sign-in, js': 71 },
        parts: { 'AuditView.js': 5.9, 'UiBadge.js': 1.2, 'New.js': 40 },
      }).grown,
    ).toEqual([])
  })

  it.each([
    ['a total', { totals: { 'sign-in, js': 73 } }, ['sign-in, js']],
    [
      'a part that is small compared to the total',
      { parts: { 'AuditView.js': 6.1 } },
      ['AuditView.js'],
    ],
    [
      'several of them',
      { totals: { 'whole console': 229 }, parts: { 'UiBadge.js': 1.4 } },
      ['whole console', 'UiBadge.js'],
    ],
    ['a total of 0, which is a mistake', { totals: { 'sign-in, css': 0 } }, ['sign-in, css']],
  ])('are reported if they are not allowed: %s', (_, change, grown) => {
    expect(grownBy(change).grown).toEqual(grown)
  })

  it('must not exceed the budgets, even if sizes.json does', () => {
    const heavy = { totals: { ...before.totals, 'whole console': 261 }, parts: {} }
    expect(compareSizes(heavy, heavy).grown).toEqual(['whole console'])
  })

  it('are listed in a table with the change of each', () => {
    const { table } = grownBy({ parts: { 'AuditView.js': 9, 'New.js': 2 } })
    expect(table.split('\n').slice(-3)).toEqual([
      '    9.0 KB    +4.0  AuditView.js                 GREW by more than a fifth',
      '    2.0 KB          New.js                       new',
      '    0.3 KB    +0.0  UiBadge.js',
    ])
  })
})
