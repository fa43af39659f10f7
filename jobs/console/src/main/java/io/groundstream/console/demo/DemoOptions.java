package io.groundstream.console.demo;

import io.groundstream.images.HeifOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The options of the demo.
 *
 * @param output the folder for page, logs and endpoints
 * @param checkpoint a Kosmos-2 directory
 * @param images a folder of images, with or without their truth
 * @param registryHome the registry's unpacked distribution
 * @param searchHome the folder of the OpenSearch node, or null for a demo without a search index
 * @param keepRunning whether to stay until it is interrupted
 * @param kafkaPort where Kafka listens; 0 for a free port, here and below
 * @param registryPort where the Schema Registry listens
 * @param flinkPort where Flink's page listens
 * @param searchPort where OpenSearch listens
 * @param viewPort where the page of the job listens, while the demo keeps running
 * @param device where the model runs: auto, cpu or gpu:N
 * @param dtype the number format to compute in
 * @param heif whether AVIF and HEIC are read
 */
public record DemoOptions(
    Path output,
    Path checkpoint,
    Path images,
    Path registryHome,
    @Nullable Path searchHome,
    boolean keepRunning,
    int kafkaPort,
    int registryPort,
    int flinkPort,
    int searchPort,
    int viewPort,
    String device,
    String dtype,
    HeifOptions heif) {}
