package io.groundstream.operators.search;

/**
 * Words to look for, in any of their English forms ("dogs" finds "a dog").
 *
 * @param text the words; not blank
 * @param together whether they stand together and in this order; if not, all of them occur
 */
record Phrase(String text, boolean together) {}
