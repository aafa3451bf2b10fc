export const transfer = {
  export: 'Export',
  exportCsv: 'Export as CSV',
  import: 'Import a file',
  importHelp:
    'Takes this console’s export, ZooNavigator’s (also gzip) and zkui’s. Nothing is changed before you have seen the plan.',
  file: 'File',
  tooLarge: 'The file is larger than {limit}. Export and import smaller parts.',
  to: 'Into path',
  toHelp: 'The root of an own export becomes this znode; ZooNavigator’s and zkui’s paths go below it.',
  toWrong: 'Not a valid path.',
  overwrite: 'Replace values and ACLs that differ',
  prune: 'Delete what the file does not have below that path',
  plan: 'Plan',
} as const;
