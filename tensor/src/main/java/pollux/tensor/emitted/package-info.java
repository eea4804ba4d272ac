/**
 * Machine code for x86-64 that Java itself writes: an assembler, memory that it may run in, and the
 * kernels. Knows addresses and block layouts alone; {@code pollux.tensor.EmittedKernels} binds it
 * to tensors.
 */
package pollux.tensor.emitted;
