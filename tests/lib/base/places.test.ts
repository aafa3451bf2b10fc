import { describe, expect, test } from 'vitest';
import {
  bookmarked,
  bookmarksMax,
  noPlaces,
  parsePlaces,
  recentMax,
  renamed,
  unbookmarked,
  visited,
} from '@/lib/base/places';

describe('places', () => {
  test('recent paths stand newest first, each once, a bounded number of them', () => {
    let places = noPlaces;
    for (let index = 0; index < recentMax + 5; index += 1) places = visited(places, `/n${index}`);
    expect(places.recent).toHaveLength(recentMax);
    expect(places.recent[0]).toBe(`/n${recentMax + 4}`);
    const again = visited(places, '/n10');
    expect(again.recent.slice(0, 2)).toEqual(['/n10', `/n${recentMax + 4}`]);
    expect(again.recent).toHaveLength(recentMax);
    expect(visited(again, '/n10')).toBe(again);
  });

  test('a bookmark is made once, named, and taken off; one too many is refused', () => {
    const one = bookmarked(noPlaces, '/a')!;
    expect(bookmarked(one, '/a')).toBe(one);
    expect(renamed(one, '/a', '  mine ').bookmarks).toEqual([{ path: '/a', name: 'mine' }]);
    expect(unbookmarked(one, '/a').bookmarks).toEqual([]);
    let many = noPlaces;
    for (let index = 0; index < bookmarksMax; index += 1) many = bookmarked(many, `/n${index}`)!;
    expect(bookmarked(many, '/more')).toBeNull();
    expect(bookmarked(many, '/n3')).toBe(many);
  });

  test('what was kept comes back, and anything else counts as nothing', () => {
    const places = { recent: ['/b'], bookmarks: [{ path: '/a', name: 'mine' }] };
    expect(parsePlaces(JSON.stringify(places))).toEqual(places);
    for (const text of [null, '', 'null', '[]', '{"recent":"/x"}', '{"bookmarks":[null,1,{"path":"x"}]}']) {
      expect(parsePlaces(text)).toEqual(noPlaces);
    }
    const long = { recent: Array.from({ length: 99 }, (_, index) => `/n${index}`) };
    expect(parsePlaces(JSON.stringify(long)).recent).toHaveLength(recentMax);
  });
});
