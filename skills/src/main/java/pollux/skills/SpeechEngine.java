package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A speech synthesiser: a program of its own, started once for each clip. */
public enum SpeechEngine {
  /** A formant synthesiser; a voice is a language and a variant: {@code en-us+m3}. */
  ESPEAK_NG("espeak-ng", "espeak-ng") {
    @Override
    List<String> arguments(SpeechClip clip) {
      // What follows "--" is never an option, whatever the text begins with.
      return List.of(
          "-v",
          clip.voice(),
          "-s",
          Integer.toString(clip.rate()),
          "-p",
          Integer.toString(clip.pitch()),
          "--stdout",
          "--",
          clip.text());
    }

    @Override
    List<List<String>> listings() {
      return List.of(List.of("--voices"), List.of("--voices=variant"));
    }

    @Override
    boolean knows(String listing, String voice) {
      int plus = voice.indexOf('+');
      String language = plus < 0 ? voice : voice.substring(0, plus);
      boolean spoken =
          Pattern.compile("(?m)^ *\\d+ +" + Pattern.quote(language) + " ").matcher(listing).find();
      return spoken
          && (plus < 0
              || Pattern.compile("(?m) !v/" + Pattern.quote(voice.substring(plus + 1)) + "( |$)")
                  .matcher(listing)
                  .find());
    }
  },

  /** Diphone (kal, kal16) and statistical (awb, rms, slt) voices, made from recorded people. */
  FLITE("flite", "flite") {
    @Override
    List<String> arguments(SpeechClip clip) {
      List<String> arguments = new ArrayList<>(List.of("-voice", clip.voice()));
      arguments.addAll(List.of("--setf", "duration_stretch=" + OWN_RATE / (double) clip.rate()));
      if (clip.voice().startsWith("kal")) {
        // Only the diphone voices have a pitch to set; the statistical ones ignore it.
        arguments.addAll(List.of("--setf", "int_f0_target_mean=" + (65 + 1.2 * clip.pitch())));
      }
      arguments.addAll(List.of("-t", clip.text(), "-o", "/dev/stdout"));
      return arguments;
    }

    @Override
    List<List<String>> listings() {
      return List.of(List.of("-lv"));
    }

    @Override
    boolean knows(String listing, String voice) {
      return List.of(listing.strip().split("\\s+")).contains(voice);
    }
  };

  /** Words a minute of a voice of flite that nothing stretches, roughly. */
  private static final double OWN_RATE = 165;

  private final String program;
  private final String debianPackage;

  SpeechEngine(String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  /** The command, as looked for on the PATH. */
  public String program() {
    return program;
  }

  /** The program and how to install it, as {@link Skill#missing} names it. */
  public String howToInstall() {
    return program + " (Debian package " + debianPackage + ")";
  }

  /** What comes after the program's name to speak {@code clip} as WAV on standard output. */
  abstract List<String> arguments(SpeechClip clip);

  /** The argument lists that print what voices there are. */
  abstract List<List<String>> listings();

  /**
   * Whether the printed {@code listing} has {@code voice}. It must be asked: without the voice,
   * both programs speak with another and end with status 0.
   */
  abstract boolean knows(String listing, String voice);
}
