package io.groundstream.operators.archive.plan;

/**
 * A file of an archive, as a position in the order of the walk.
 *
 * @param pathIndex the index of the configured path that it was found under
 * @param name its path below the base of that path
 */
public record WalkCursor(int pathIndex, String name) {}
