import type { places as source } from '../en/places';
import type { Translation } from '../shape';

export const places: Translation<typeof source> = {
  title: '书签与最近路径',
  bookmarks: '书签',
  recent: '最近路径',
  count: '{count} 个，上限 {max} 个',
  countFull: '{max} 个已满：请先移除一个',
  noBookmarks: '还没有书签',
  noBookmarksNext: '点击 znode 路径旁的星标即可添加。书签保存在此浏览器中。',
  noRecent: '没有最近路径',
  noRecentNext: '在节点树中查看过的 znode 会列在这里。',
  forget: '清除记录',
  name: '书签 {path} 的名称',
  rename: '重命名',
  renameOf: '重命名书签 {path}',
  removeOf: '移除书签 {path}',
  add: '为此 znode 添加书签',
  remove: '移除书签',
  full: '最多保存 {max} 个书签',
  fullNext: '请先移除一个。',
  gone: '书签指向的 znode 已不存在',
  start: '尚未选择 znode',
  startNext: '请在节点树中选择，或从上次的位置继续。',
};
