/** Measurements of the kernels with JMH, beside what the machine and other libraries reach. */
@org.jspecify.annotations.NullMarked
package pollux.benchmarks;
