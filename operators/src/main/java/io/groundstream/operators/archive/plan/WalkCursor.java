package io.groundstream.operators.archive.plan;

import org.apiguardian.api.API;

/**
 * A file of an archive, as a position in the order of the walk.
 *
 * @param pathIndex the index of the configured path that it was found under
 * @param name its path below the base of that path
 */
@API(status = API.Status.INTERNAL)
public record WalkCursor(int pathIndex, String name) {}
