package diagnostic

import (
	"errors"
	"fmt"
	"slices"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
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
	of, whose := "", "that set"
	if other, ok := r.other(r.e.Name); ok {
		of, whose = fmt.Sprintf(" (%s)", other.named()), fmt.Sprintf("credential set %q", other.Name)
	}
	return r.staysValid(message{
		problem: fmt.Sprintf("it has {%s.%s}, but the token of its source %s%s has no output %s", name, output, name, of, output),
		advice:  fmt.Sprintf("The response to the token request of %s does not have it. Correct %s, or remove {%s.%s}.", whose, whose, name, output),
	})
}

// other returns the set whose token the source of that name is.
func (r *report) other(name string) (set Set, ok bool) {
	i := slices.IndexFunc(r.x.Request.Named, func(named token.Named) bool { return named.Name == name })
	if i < 0 || name == "" {
		return Set{}, false
	}
	from, _ := r.x.Request.Named[i].Source.(source.Credentials)
	x, ok := from.Of.(*token.Exchange)
	if !ok {
		return Set{}, false
	}
	return r.set.Other(x), true
}

// named names a set with its service.
func (s Set) named() string {
	return fmt.Sprintf("service %s, credential set %q", s.Service.Name, s.Name)
}
