package io.groundstream.console.view;

import io.groundstream.console.terminal.TerminalGraphics;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ResultFollower} shows.
 *
 * @param start which records come first
 * @param graphics how the terminal shows images
 * @param colored whether phrases have the colours of their boxes
 * @param images a folder with images under their identifiers; null to read them from the events
 * @param count ends after this many blocks; null for never
 * @param idleTimeout ends when nothing has arrived for this time; null for never
 */
public record FollowOptions(
    TopicReaderSettings topics,
    StartFrom start,
    TerminalGraphics graphics,
    boolean colored,
    @Nullable Path images,
    @Nullable Long count,
    @Nullable Duration idleTimeout) {}
