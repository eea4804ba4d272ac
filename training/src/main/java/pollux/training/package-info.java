/**
 * How the family learns: sources and mixtures, packed lessons, the tape, optimisers, checkpoints,
 * export.
 *
 * <p>What is trained runs through the same prompt encoder and the same decoder as what is served.
 */
package pollux.training;
