/** Per ApiErrorCode: what happened, and what to do next. The server's own sentence is shown beside these. */
export const errors = {
  BAD_REQUEST: {
    title: 'The console sent a request the server did not accept',
    next: 'Reload the page; the console may have been updated while it was open.',
  },
  BAD_PATH: {
    title: 'This is not a valid znode path',
    next: 'A path starts with “/”, has no empty, “.” or “..” part, and does not end with “/”.',
  },
  BAD_ORIGIN: {
    title: 'The change was refused because it came from another origin',
    next: 'Open the console at the address it listens on and try again there.',
  },
  READ_ONLY_CLUSTER: {
    title: 'This cluster is set read-only in the console',
    next: 'Nothing was changed. Whoever runs the console can lift this in its configuration.',
  },
  REASON_REQUIRED: {
    title: 'This cluster asks for a reason',
    next: 'Nothing was changed. Say why, in the field above the button, and try again.',
  },
  NO_AUTH: {
    title: 'The ACL does not allow this',
    next: 'Add credentials with the missing permission to this cluster in the console’s configuration, or have its ACL changed.',
  },
  LOCKOUT: {
    title: 'This ACL would lock the console out',
    next: 'Keep READ and ADMIN for an identity the console has, or confirm that you mean it.',
  },
  UNKNOWN_CLUSTER: {
    title: 'No such cluster is configured',
    next: 'Choose one of the configured clusters.',
  },
  UNKNOWN_MEMBER: {
    title: 'This member is not in the cluster’s connection string',
    next: 'Choose one of the configured members.',
  },
  UNKNOWN_JOB: {
    title: 'This job is gone',
    next: 'Jobs are kept for a while after they end, and not across a restart of the console. Start it again.',
  },
  UNKNOWN_CHANGE: {
    title: 'This change is not in the journal',
    next: 'The journal keeps a bounded amount and drops the oldest first.',
  },
  NO_NODE: {
    title: 'The znode does not exist',
    next: 'It may have been deleted a moment ago. Go to its parent, or reload.',
  },
  NODE_EXISTS: {
    title: 'A znode with this path exists already',
    next: 'Choose another name, or open the one that is there.',
  },
  NOT_EMPTY: {
    title: 'The znode has children',
    next: 'Delete its children first, or delete the whole subtree.',
  },
  NO_CHILDREN_FOR_EPHEMERALS: {
    title: 'Ephemeral znodes cannot have children',
    next: 'Create it under a persistent znode.',
  },
  VERSION_CONFLICT: {
    title: 'Someone changed the znode in the meantime',
    next: 'Nothing was saved. Compare their change with yours, then save again.',
  },
  CANNOT_UNDO: {
    title: 'This change cannot be taken back',
    next: 'Nothing was changed. What stands there now is not what the change left, or what was there before is not kept.',
  },
  CLUSTER_REPLACED: {
    title: 'This is of the cluster that was there before',
    next: 'Nothing was changed. Look at what stands there now, and plan or change it anew.',
  },
  INVALID_ACL: {
    title: 'ZooKeeper does not accept this ACL',
    next: 'Check scheme and id of each entry; “auth” needs an authenticated session.',
  },
  QUOTA_EXCEEDED: {
    title: 'A quota on this subtree would be exceeded',
    next: 'Nothing was changed. Free some of it, or raise the quota.',
  },
  NESTED_QUOTA: {
    title: 'A quota stands above or below this path',
    next: 'Nothing was changed. Members count for one quota a branch: delete the other first, or change it instead.',
  },
  RECONFIG_REFUSED: {
    title: 'The ensemble refuses this change of its members',
    next: 'Nothing was changed.',
  },
  TOO_LARGE: {
    title: 'Too large for one request',
    next: 'ZooKeeper limits requests and values by jute.maxbuffer (1 MiB unless configured otherwise).',
  },
  TOO_MANY: {
    title: 'Too much at once',
    next: 'Wait a few seconds, or choose a smaller part.',
  },
  UNSUPPORTED: {
    title: 'This member does not support it',
    next: 'It needs a newer ZooKeeper or a setting that is off.',
  },
  OUTSIDE_CHROOT: {
    title: 'This stands outside the cluster’s chroot',
    next: 'Nothing was asked or changed. The same cluster, configured once more without the chroot, reaches it.',
  },
  DISCONNECTED: {
    title: 'The console has no session with the cluster',
    next: 'Nothing was sent. It keeps trying; the top bar says when it is back.',
  },
  OUTCOME_UNKNOWN: {
    title: 'The outcome is not known',
    next: 'The request was sent and no answer came back. Check what is there before you try again.',
  },
  TIMEOUT: {
    title: 'No answer in time',
    next: 'The member is slow or hung. Try again, or look at its state on the overview.',
  },
  WORD_REFUSED: {
    title: 'The member refuses this four-letter word',
    next: 'This line in its zoo.cfg, and a restart, would allow it:',
  },
  MEMBER_UNREACHABLE: {
    title: 'The member cannot be reached',
    next: 'Check that it runs and that its client port is open from this host.',
  },
  INTERNAL: {
    title: 'The console failed at this',
    next: 'Try again. If it stays, its log holds the cause.',
  },
  consoleUnreachable: {
    title: 'The console does not answer',
    next: 'Check that it still runs and that this machine can reach it.',
  },
  unexpected: {
    title: 'Something unexpected happened',
    next: 'Try again, or reload the page.',
  },
} as const;
