/**
 * Whether decoded text is for people or is bytes that happen to be UTF-8: it may hold white space (tab, line feed,
 * vertical tab, form feed, carriage return) and ESC, which begins a terminal's colours; any other C0 control, NUL first
 * of all, and DEL mean binary.
 */
export function isReadable(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what tells binary from text
  return !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/.test(text);
}
