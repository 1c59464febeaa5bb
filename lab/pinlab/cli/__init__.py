"""The command line: `app` registers the commands, one module for each.

A module takes options, calls the package that does the work, and prints. It may use every package but devtools; no
package uses it. Options are declared where they are used (`runner/options`, `upstream/options`) and become flags by
`options.takes`. Begin with `run`.
"""
