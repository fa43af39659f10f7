package io.groundstream.operators.archive.plan;

/**
 * A file of an archive, as a place in the order of all.
 *
 * @param pathIndex the index of the path in the configuration that it was found under
 * @param name its path below the base of that path
 */
public record WalkCursor(int pathIndex, String name) {}
