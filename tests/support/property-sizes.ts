import fc from 'fast-check';

/**
 * Where a property names the greatest length of an array or a text, lengths up to it are tried. Left to itself fast-check
 * stays near ten, whatever is named.
 */
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });
