package io.groundstream.it;

import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.operators.grounding.SharedKosmos2Provider;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * Runs the enrichment job with a model of {@link FaultyModels}; submitted together with the job's
 * own jar. Arguments: the file that controls the model, and options as {@code key=value}.
 */
public final class FaultyEnrichMain {
  private FaultyEnrichMain() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> values = new HashMap<>();
    for (String argument : List.of(arguments).subList(1, arguments.length)) {
      int equals = argument.indexOf('=');
      values.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    EnrichmentSettings settings = EnrichmentSettings.parse(values);
    EnrichmentJob.define(
            settings,
            new FaultyModels(new SharedKosmos2Provider(settings.model()), Path.of(arguments[0])))
        .execute(settings.job().name());
  }

  /** Writes a jar with this class and the classes of this module that it needs. */
  static Path jar(Path target) throws Exception {
    Path classes =
        Path.of(FaultyEnrichMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String folder = FaultyEnrichMain.class.getPackageName().replace('.', '/');
    try (OutputStream out = Files.newOutputStream(target);
        JarOutputStream jar = new JarOutputStream(out);
        DirectoryStream<Path> files =
            Files.newDirectoryStream(
                classes.resolve(folder),
                "{FaultyEnrichMain,FaultyModels,ForwardingModel}*.class")) {
      for (Path file : files) {
        jar.putNextEntry(new JarEntry(folder + "/" + file.getFileName()));
        jar.write(Files.readAllBytes(file));
        jar.closeEntry();
      }
    }
    return target;
  }
}
