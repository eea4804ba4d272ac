/** To be described by what lives here. */
package pollux.cli;
