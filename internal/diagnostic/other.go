package diagnostic

import (
	"errors"
	"fmt"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// otherCause returns the error about the token of another set that is the cause of an
// error, if there is one.
func otherCause(e *token.Error) *token.Error {
	for e.Kind == token.KindOther {
		inner, ok := errors.AsType[*token.Error](e.Cause)
		if !ok {
			return e
		}
		e = inner
	}
	return e
}

// neededBy says which set needs the token of another one, and what follows for its own.
func neededBy(e *token.Error, set Set) string {
	r := about(e, set)
	needs := fmt.Sprintf("Service %s, credential set %q, needs this token for its source %s.", set.Service.Name, set.Name, r.own(e.Name))
	return join(needs, r.staysValid(message{}).advice)
}

// lacksOutput words the error of a token of another set that lacks an output.
func (r *report) lacksOutput() message {
	name, output := r.own(r.e.Name), r.own(r.e.Output)
	return message{
		problem: fmt.Sprintf("it has {%s.%s}, but the token of its source %s has no output %s", name, output, name, output),
		advice:  fmt.Sprintf("The response to the other set's token request does not have it. Correct outputs of that set, or remove {%s.%s}.", name, output),
	}
}
