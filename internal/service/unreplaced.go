package service

import (
	"regexp"
	"strings"
)

// shellVariable matches a variable of the environment, as shells of Unix and Windows write it
// in a path: $NAME, ${NAME} or %NAME%.
var shellVariable = regexp.MustCompile(`\$\{[A-Za-z_]\w*\}|\$[A-Z_][A-Z0-9_]+\b|%[A-Za-z_]\w*%`)

// Unreplaced returns the first part of a path that a shell would replace, and what to do; ""
// if there is none. Terraform replaces nothing in a text, and nor does a CI system in the
// values that it sets.
func Unreplaced(path string) (part, remedy string) {
	if strings.HasPrefix(path, "~") {
		return "~", "write pathexpand(…) around it"
	}
	if part = shellVariable.FindString(path); part != "" {
		return part, "pass the value on in TF_VAR_NAME, and write var.NAME"
	}
	return "", ""
}
