import { commands } from './commands';
import { console } from './console';
import { common } from './common';
import { ensemble } from './ensemble';
import { errors } from './errors';
import { frame } from './frame';
import { history } from './history';
import { jobs } from './jobs';
import { locks } from './locks';
import { metrics } from './metrics';
import { overview } from './overview';
import { acl } from './acl';
import { live } from './live';
import { node } from './node';
import { places } from './places';
import { roles } from './roles';
import { quota } from './quota';
import { reconfig } from './reconfig';
import { search } from './search';
import { transfer } from './transfer';
import { sessions } from './sessions';
import { tree } from './tree';

/** English is the source: its keys are the keys of every language. */
export const en = {
  common,
  roles,
  ensemble,
  errors,
  frame,
  overview,
  metrics,
  commands,
  acl,
  tree,
  places,
  node,
  live,
  history,
  jobs,
  quota,
  reconfig,
  transfer,
  locks,
  sessions,
  search,
  console,
} as const;
