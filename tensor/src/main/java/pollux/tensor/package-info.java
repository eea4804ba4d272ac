/**
 * Element types, tensors over native memory, kernels behind one seam, and the worker team.
 *
 * <p>The lowest room: it knows the JDK alone, and neither models nor files nor tokens.
 */
package pollux.tensor;
