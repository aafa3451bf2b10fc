import type { roles as source } from '../en/roles';
import type { Translation } from '../shape';

export const roles: Translation<typeof source> = {
  leader: 'Leader',
  follower: 'Follower',
  observer: 'Observer',
  standalone: '单机',
  readOnly: '只读',
  looking: '选举中',
  unknown: '未知',
  down: '不可用',
};
