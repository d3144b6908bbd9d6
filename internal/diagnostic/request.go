package diagnostic

import (
	"errors"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// unmadeRequest words the error of values that do not make a request.
func (r *report) unmadeRequest() message {
	if basic, ok := errors.AsType[*token.BasicError](r.e.Cause); ok {
		return r.staysValid(r.unmadeBasic(basic))
	}
	of, isSource := r.e.Output, strings.Contains(r.sourceAttribute(r.e.Output), ".")
	m := message{problem: "the header " + r.own(r.e.Name) + " cannot be sent: {" + r.own(of) + "} in it stands for a text with a line break or another character " +
		"that no HTTP header can carry"}
	if isSource {
		m.advice = "Correct " + r.sourceAttribute(of) + ". If its text is JSON, path names the part of it to send."
	}
	return r.staysValid(m)
}

// unmadeBasic words the error of a user name or a password that HTTP Basic cannot carry.
func (r *report) unmadeBasic(problem *token.BasicError) message {
	if _, isNamed := r.x.Request.Auth.(token.Basic); !isNamed {
		return message{problem: "HTTP Basic cannot be used: " + problem.Error()}
	}
	attribute := r.requestAttribute() + ".basic_auth.username"
	if problem.Password {
		attribute = r.requestAttribute() + ".basic_auth.password"
	}
	m := message{problem: attribute + " cannot be used: " + problem.Error()}
	if r.e.Output != "" {
		m.advice = "Correct what {" + r.own(r.e.Output) + "} in it stands for, or send both in form, if the vendor accepts that."
	}
	return m
}

// requestAttribute is the attribute of the request.
func (r *report) requestAttribute() string {
	if r.e.Purpose == token.ForRevocation {
		return "revoke"
	}
	return "request"
}
