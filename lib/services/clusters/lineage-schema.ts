/** Beside the journal: what of a cluster's past is needed to tell that it is another one. */
export const lineageMigration = `CREATE TABLE lineages (
   cluster TEXT PRIMARY KEY, newest TEXT NOT NULL, setBackAt INTEGER, setBackFrom TEXT, setBackTo TEXT
 ) WITHOUT ROWID;`;
