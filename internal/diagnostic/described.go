package diagnostic

import (
	"fmt"
	"strings"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// flag is a key by which many endpoints say whether a response is a success.
type flag struct {
	name string
	// path finds it, and isStatus is true if it is an HTTP status of a refusal.
	path, isStatus answers.Path
}

var flags = newFlags("success", "ok", "code", "errcode", "errno", "errorCode", "retcode", "status", "result")

func newFlags(names ...string) []flag {
	found := make([]flag, 0, len(names))
	for _, name := range names {
		found = append(found, flag{name, answers.MustPath(name), answers.MustPath(name + " >= `400` && " + name + " <= `599`")})
	}
	return found
}

// aboutRequest is what to do if an answer with a success in its status is a refusal.
const aboutRequest = "If the vendor's message is about the request, correct request. "

// successAdvice is what to do about an answer for which response.success is not true.
func (r *report) successAdvice() string {
	advice := aboutRequest
	switch {
	case r.a.Message() != "":
	case r.x.Response.Error.IsEmpty():
		advice = "If the request was refused, correct request, and set response.error to where the vendor's message is. "
	default:
		advice = "If the request was refused, correct request. "
	}
	advice += "If the login worked, correct response.success"
	if wrong := r.untrue(); wrong != "" {
		advice += ": " + wrong
	}
	return advice + "."
}

// untrue says what in response.success can never be true of such an answer, and what
// to write instead; "" if it can be true.
func (r *report) untrue() string {
	success := r.x.Response.Success
	if unlike := r.a.Content.Unlike(success); unlike.Path != "" {
		if unlike.Instead == "" {
			return r.thereIs(unlike.Kind, unlike.Path)
		}
		return r.thereIs(unlike.Kind, unlike.Path) + ". Write " + r.own(unlike.Instead)
	}
	if !success.IsPlain() {
		return ""
	}
	kind := r.a.At(success).Kind()
	write := " != `null`"
	switch kind {
	case "a boolean":
		return ""
	case "nothing":
		return strings.TrimSuffix(r.nothingAt(success)+". "+r.near(success), ". ")
	case "a number":
		write = " == `0`"
	case "a string":
		write = " == 'OK', with the string that the vendor has there"
	}
	return r.thereIs(kind, success.String()) + ", and not true or false. Write " + r.own(success.String()) + write
}

// thereIs says what there is at a path.
func (r *report) thereIs(kind, path string) string {
	if kind == "nothing" {
		return fmt.Sprintf("there is nothing at %q", r.own(path))
	}
	return fmt.Sprintf("the value at %q is %s", r.own(path), kind)
}

// compareOr is what whoever describes the endpoint does about an answer without a
// token: the vendor's message, if there is one, may say that it is a refusal.
func (r *report) compareOr(isRefusal bool) string {
	if r.a.Message() == "" {
		return compareAdvice
	}
	advice := aboutRequest
	switch flag := r.flag(); {
	case isRefusal:
	case !r.x.Response.Success.IsEmpty():
		advice += "Correct response.success, which was true, so that such responses are refusals. "
	case flag != "":
		advice += fmt.Sprintf("Set response.success, such as %q, so that such responses are refusals. ", flag)
	default:
		advice += "Set response.success so that such responses are refusals. "
	}
	return advice + "Otherwise c" + strings.TrimPrefix(compareAdvice, "C")
}

// flag returns an expression with a key by which many endpoints say whether an answer
// is a success, if the answer has one; "" if it has none.
func (r *report) flag() string {
	for _, known := range flags {
		switch r.a.At(known.path).Kind() {
		case "a boolean":
			return known.name
		case "a string":
			return known.name + " == 'OK'"
		case "a number":
			if r.a.At(known.isStatus).IsTrue() {
				return known.name + " == `200`"
			}
			return known.name + " == `0`"
		}
	}
	return ""
}

// unmade words the error of a header for the API that cannot be made of the response,
// which has a token.
func (r *report) unmade() message {
	output := r.e.Output
	path := r.x.Response.Outputs[output]
	m := message{
		problem: "the header " + r.own(r.e.Name) + " cannot be made: " + r.unmadeReason(),
		advice:  "Correct outputs." + output + ", or take {" + output + "} out of headers.",
	}
	if output == "" {
		m.advice = "Correct headers."
	}
	if r.e.Problem == token.ProblemNoOutput {
		m.problem += ": " + r.nothingAt(path)
		if path.IsPlain() {
			m.advice += fmt.Sprintf(" If the vendor does not always send it, give it another value in outputs.%s, such as %q.", output, r.own(path.String())+" || ''")
		}
	}
	m = r.tell(m)
	m.details = strings.TrimSpace(r.near(path) + "\n" + m.details)
	return m
}

func (r *report) unmadeReason() string {
	const unfit = "holds a line break or another character that no HTTP header can carry"
	switch r.e.Problem {
	case token.ProblemNoOutput:
		return "the response has no output " + r.e.Output
	case token.ProblemUnfitOutput:
		return "the output " + r.e.Output + " " + unfit
	default:
		return "it " + unfit
	}
}
