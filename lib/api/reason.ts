/** Header with the reason of a change, percent-encoded UTF-8. A file of its own, so that the browser gets no parser with it. */
export const reasonHeader = 'x-zoodeck-reason';
export const reasonLengthMax = 500;
