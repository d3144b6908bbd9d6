package source

import (
	"context"
	"strconv"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// Program is a Source that runs a program, such as the command line of a password manager
// or of a cloud. What it prints is the value.
type Program struct {
	Args []string    // the program and its arguments
	Path answer.Path // where the value is in the JSON that it prints; empty: it is all of it
	Raw  bool        // what it prints is the body of a response: it is returned as it is
}

// Name returns the program, without its arguments.
func (p Program) Name() string {
	if len(p.Args) == 0 {
		return ""
	}
	return p.Args[0]
}

// Obtain implements Source.
func (p Program) Obtain(ctx context.Context, run Run) (said.Secret, error) {
	printed, err := output(ctx, run, p, p.Args, nil)
	switch {
	case err != nil:
		return said.Secret{}, err
	case p.Raw:
		return said.NewSecret(string(printed)), nil
	}
	return valueAt(p, p.Path, decodeText(printed))
}

// output runs the program of a source, and returns what it prints. Its error is an *Error,
// or that of ctx.
func output(ctx context.Context, run Run, from Source, args []string, stdin []byte) (printed []byte, err error) {
	var failed error
	err = transport.WhenFree(ctx, func() error {
		printed, failed = run.Program(ctx, args, stdin)
		return failed
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, &Error{Source: from, Problem: Failed, Detail: run.Timeout.String(), Cause: failed}
	}
	return printed, nil
}

// Identity implements Source.
func (p Program) Identity() []string {
	return append([]string{"program", p.Path.String(), strconv.FormatBool(p.Raw)}, p.Args...)
}
