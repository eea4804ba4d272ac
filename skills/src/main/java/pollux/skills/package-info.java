/**
 * What the family is asked to do: seeded generators of cases with exact ground truth.
 *
 * <p>Training draws from the training styles (drawing styles, fonts, voices, phrasings), evaluation
 * from the held-out ones; the seeds of the two never meet ({@link pollux.skills.Split}).
 */
package pollux.skills;
