package io.groundstream.console.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.jobs.configuration.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  enum Fruit {
    APPLE {
      @Override
      public String toString() {
        return "apple";
      }
    },
    PEAR {
      @Override
      public String toString() {
        return "pear";
      }
    }
  }

  public static final class FruitBasketOptions {
    public static final ConfigOption<Duration> RIPENING =
        ConfigOptions.key("ripening.time")
            .durationType()
            .defaultValue(Duration.ofSeconds(90))
            .withDescription("How long a|fruit\nlies, <1 day.");
    public static final ConfigOption<Fruit> FRUIT =
        ConfigOptions.key("fruit").enumType(Fruit.class).defaultValue(Fruit.PEAR);
    public static final ConfigOption<List<String>> NAMES =
        ConfigOptions.key("names").stringType().asList().defaultValues("a", "b");
    public static final ConfigOption<MemorySize> SIZE =
        ConfigOptions.key("size").memoryType().defaultValue(MemorySize.ofMebiBytes(3));
    public static final ConfigOption<Integer> COUNT =
        ConfigOptions.key("count").intType().noDefaultValue();
    static final ConfigOption<Integer> HIDDEN =
        ConfigOptions.key("hidden").intType().noDefaultValue();
    public static final String NO_OPTION = "";
  }

  @Test
  void rendersOptionsByKey() {
    assertThat(ConfigurationPage.sections(List.of(FruitBasketOptions.class)))
        .isEqualTo(
            """

            ## Fruit basket

            | Key | Type | Default | Meaning |
            |---|---|---|---|
            | `count` | whole number | none |  |
            | `fruit` | `apple`, `pear` | `pear` |  |
            | `names` | list of string | `a;b` |  |
            | `ripening.time` | duration | `90 s` | How long a\\|fruit lies, &lt;1 day. |
            | `size` | size | `3 mb` |  |
            """);
  }

  @Test
  void refusesAClassWithoutOptions() {
    assertThatThrownBy(() -> ConfigurationPage.sections(List.of(String.class)))
        .hasMessageStartingWith("java.lang.String: no options");
  }

  @Test
  void namesEveryOptionAndPrefix() {
    String page = ConfigurationPage.render();

    assertThat(Options.all())
        .allSatisfy(option -> assertThat(page).contains("\n| `" + option.key() + "` |"));
    assertThat(Options.prefixes())
        .allSatisfy(prefix -> assertThat(page).contains("\n| `" + prefix + "*` |"));
    assertThat(page.lines().filter(line -> line.startsWith("| `")))
        .hasSize(Options.all().size() + Options.prefixes().size());
  }

  @Test
  void thePageIsOfThisCode() throws IOException {
    Path page = Path.of("..", "..", "deploy", "configuration.md");
    if (Boolean.getBoolean("groundstream.write-pages")) {
      Files.writeString(page, ConfigurationPage.render());
    }
    assertThat(page)
        .as(
            "deploy/configuration.md does not match the code. Generate it with: mvn -pl"
                + " jobs/console -am test -Dtest=ConfigurationPageTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dgroundstream.write-pages=true")
        .hasContent(ConfigurationPage.render());
  }
}
