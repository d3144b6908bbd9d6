package diagnostic

import (
	"fmt"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// flags are keys by which many endpoints say whether a response is a success.
var flags = []string{"success", "ok", "code", "errcode", "errno", "errorCode", "retcode", "status", "result"}

// aboutRequest is what to do if an answer with a success in its status is a refusal.
const aboutRequest = "If the vendor's message is about the request, correct request. "

// untrueProblem says that response.success is not true, or does not match.
func (r *report) untrueProblem() string {
	success, is := r.x.Response.Success, "is not true for"
	if !success.IsJSON() {
		is = "does not match"
	}
	return fmt.Sprintf("response.success (%q) %s the response", r.own(success.String()), is)
}

// successAdvice is what to do about an answer for which response.success is not true.
func (r *report) successAdvice() string {
	advice := "If the request was refused, correct request. "
	switch {
	case r.a.Message() != "":
		advice = aboutRequest
	case r.x.Response.Error.IsEmpty():
		advice = "If the request was refused, correct request, and set response.error to where the vendor's message is. "
	}
	advice += "If the login worked, correct response.success"
	if wrong := r.untrue(); wrong != "" {
		advice += ": " + wrong
	}
	return advice + "."
}

// untrue says what in response.success can never be true of such an answer, and what to write instead.
func (r *report) untrue() string {
	success := r.x.Response.Success
	if success.IsJSON() && !r.a.Content.IsJSON() {
		return r.notJSON()
	}
	if unlike := r.a.Content.Unlike(success); unlike.Path != "" {
		wrong := r.thereIs(unlike.Kind, unlike.Path)
		if unlike.Instead != "" {
			wrong += ". Write " + r.own(unlike.Instead)
		}
		return wrong
	}
	kind, write := r.a.At(success).Kind(), " != `null`"
	switch {
	case !success.IsPlain(), kind == "a boolean":
		return ""
	case kind == "nothing":
		return strings.TrimSuffix(r.nothingAt(success)+". "+r.near(success), ". ")
	case kind == "a number":
		write = " == `0`"
	case kind == "a string":
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

// compareOr is what to do about an answer without a token, which may be a refusal if the vendor says something.
func (r *report) compareOr(isRefusal bool) string {
	if r.a.Message() == "" {
		return join(r.compareAdvice(), r.silentAdvice())
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
	return advice + "Otherwise c" + strings.TrimPrefix(r.compareAdvice(), "C")
}

// silentAdvice is what to do if such an answer may be a refusal whose message is at no usual place.
func (r *report) silentAdvice() string {
	if r.x.Request.Local != nil || !r.x.Response.Error.IsEmpty() || len(r.a.Content.Keys()) == 0 {
		return ""
	}
	return "If the response is a refusal, set response.error to where the vendor's message is."
}

// flag returns an expression with a key by which many endpoints say whether an answer is a success.
func (r *report) flag() string {
	for _, name := range flags {
		switch r.a.At(answer.MustPath(name)).Kind() {
		case "a boolean":
			return name
		case "a string":
			return name + " == 'OK'"
		case "a number":
			if r.a.At(answer.MustPath(name + " >= `400` && " + name + " <= `599`")).IsTrue() { // the HTTP status of a refusal
				return name + " == `200`"
			}
			return name + " == `0`"
		}
	}
	return ""
}

// unmade words the error of a header for the API that cannot be made of a response with a token.
func (r *report) unmade() message {
	const unfit = " holds a line break or another character that no HTTP header can carry"
	output := r.e.Output
	path := r.x.Response.Outputs[output]
	m := message{
		problem: "the header " + r.own(r.e.Name) + " cannot be made: ",
		advice:  "Correct outputs." + output + ", or take {" + output + "} out of headers.",
	}
	switch r.e.Problem {
	case token.ProblemUnfitOutput:
		m.problem += "the output " + output + unfit
	case token.ProblemUnfitSource:
		output = r.own(output)
		m.problem += "the value of the source " + output + unfit
		m.advice = "Correct the source " + output + ", or take {" + output + "} out of headers."
	case token.ProblemUnfitHeader:
		m.problem, m.advice = m.problem+"it"+unfit, "Correct headers."
	case token.ProblemBasic:
		m.problem = "basic_auth for the API cannot be made: " + r.e.Cause.Error()
		m.advice = "Correct basic_auth, or the token, output or source that {NAME} in it stands for."
	default:
		m.problem += "the response has no output " + output + ": " + r.nothingAt(path)
		if path.IsPlain() {
			m.advice += fmt.Sprintf(" If the vendor does not always send it, give it another value in outputs.%s, such as %q.", output, r.own(path.String())+" || ''")
		}
	}
	m = r.tell(m)
	m.details = strings.TrimSpace(r.near(path) + "\n" + m.details)
	return m
}
