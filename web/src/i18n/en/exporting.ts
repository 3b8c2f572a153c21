export const exporting = {
  'export.start': 'Export CSV',
  'export.stop': 'Stop the export',
  'export.rows': { one: '{count} row', other: '{count} rows' },
  'export.done': 'The list is downloaded.',
  'export.failed': 'The list could not be downloaded.',
} as const
