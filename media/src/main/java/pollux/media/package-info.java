/**
 * Pictures, sound and film in; pixels, log-mel frames and sampled frames out.
 *
 * <p>Files come from strangers: every reader here is bounded in memory and time and answers bad
 * input with a {@link pollux.tensor.BadInputException}.
 */
package pollux.media;
