package diagnostic

import (
	"strconv"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/program"
)

// programProblems are what follows the name of a program that has no output, and what to
// do. {status}, {signal}, {system} and {limit} stand for what the error says.
var programProblems = map[program.Problem]message{
	program.NotFound: says(" cannot be run: there is no such file",
		"A relative path begins at the directory in which Terraform runs: for a file of the module, write ${path.module}/… ."),
	program.Here: says(" is in the current directory, where programs are not looked for", "Write ./ before its name."),
	program.Denied: says(" cannot be run: permission denied",
		"The user who runs Terraform needs the permission to execute it (chmod +x). For a script, the program in its first line needs that, too."),
	program.Directory: says(" cannot be run: it is a directory", "Give the path of the program itself."),
	program.NotProgram: says(" cannot be run: this system cannot execute it",
		"A script needs a first line such as #!/bin/sh or, on Windows, its interpreter as the first element of the list. Another program must be one for this system."),
	program.Interpreter: says(" cannot be run: the program in its first line (#!) does not exist here",
		"Install that program, or correct the line. It must end as lines do on this system: save the script without the line ends of Windows."),
	program.Arguments: says(" cannot be run: it is a batch file, and an argument has a quotation mark, %, ! or a line break, which cmd.exe would replace",
		"Change that argument, or name the program that the batch file starts."),
	program.Unstartable: says(" cannot be started: {system}", "Try again. If it persists, check the limits for processes and memory of the machine."),
	program.Failed: says(" ended with exit status {status}", "Run it with the same arguments on the machine that runs Terraform, as the same user. "+
		"Programs of several sets run at the same time: if it cannot do that, let one set run it, and the others use credentials."),
	program.Killed: says(" was ended by a signal ({signal})", "Check whether the machine has too little memory for it, and who else ends programs there."),
	program.Slow: says(" did not end within transport.timeout ({limit}), and was ended",
		"It has no terminal and no input, so it cannot ask anything: log in before the run. If it only needs more time, raise transport.timeout."),
	program.TooLarge: says(" printed more than 1 MiB, and was ended", "Choose the arguments so that it prints the value and nothing else."),
	program.Silent:   says(" printed nothing", "It must print the value on its standard output. Run it with the same arguments to see what it does."),
}

// failedProgram words the error of a program that has no output.
func (r *report) failedProgram(name string, e *program.Error, limit string) message {
	m, system := programProblems[e.Problem], "the system does not say why"
	if e.System != 0 {
		system = e.System.Error()
	}
	if e.Problem == program.NotFound {
		m, name = r.lookedFor(m, name)
	}
	m.problem = "the program " + r.own(name) + strings.NewReplacer(
		"{status}", strconv.Itoa(e.Status), "{signal}", e.Signal.String(), "{system}", system, "{limit}", limit).Replace(m.problem)
	if line := r.quote(e.LastLine); line != "" {
		m.details = "The program said: " + line
	}
	return m
}

// lookedFor words that there is no program of a name, and returns as much of the name as is
// shown: what follows a space may be an argument.
func (r *report) lookedFor(m message, name string) (worded message, shown string) {
	first, rest, isSeveral := strings.Cut(name, " ")
	switch unreplaced := r.unreplaced(name); {
	case isSeveral && rest != "":
		m.advice = `The first element of the list is the program alone. Write each argument as an element of its own, such as ["gcloud", "auth", "print-access-token"].`
		return m, first + " …"
	case unreplaced != "":
		m.advice = unreplaced + "."
	case !strings.ContainsAny(name, `/\`):
		m.problem = " was not found: it is in no directory of PATH"
		m.advice = "Install it on the machine that runs Terraform, or give its whole path. HCP Terraform's own machines have no such programs: " +
			"use an agent whose image has it, or local execution."
	}
	return m, name
}
