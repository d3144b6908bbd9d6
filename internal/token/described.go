package token

import (
	"fmt"
	"strings"
)

// aboutRequest is what to do if an answer with a success in its status is a refusal.
const aboutRequest = "If the vendor's message is about the request, correct request. "

// successAdvice is what to do about an answer for which response.success is not true.
func (x *Exchange) successAdvice(a *answer) string {
	advice := aboutRequest
	switch {
	case x.vendorMessage(a) != "":
	case x.Response.Error.IsEmpty():
		advice = "If the request was refused, correct request, and set response.error to where the vendor's message is. "
	default:
		advice = "If the request was refused, correct request. "
	}
	advice += "If the login worked, correct response.success"
	if wrong := x.untrue(a); wrong != "" {
		advice += ": " + wrong
	}
	return advice + "."
}

// untrue says what in response.success can never be true of such an answer, and what
// to write instead; "" if it can be true.
func (x *Exchange) untrue(a *answer) string {
	success := x.Response.Success
	if unlike := a.content.Unlike(success); unlike.Path != "" {
		if unlike.Instead == "" {
			return x.thereIs(unlike.Kind, unlike.Path)
		}
		return x.thereIs(unlike.Kind, unlike.Path) + ". Write " + x.named(unlike.Instead)
	}
	if !success.IsPlain() {
		return ""
	}
	kind := a.find(success).Kind()
	write := " != `null`"
	switch kind {
	case "a boolean":
		return ""
	case "nothing":
		return strings.TrimSuffix(x.nothingAt(a, success)+". "+x.near(a, success), ". ")
	case "a number":
		write = " == `0`"
	case "a text":
		write = " == 'OK', with the text that the vendor has there"
	}
	return x.thereIs(kind, success.String()) + ", which is not true. Write " + x.named(success.String()) + write
}

// thereIs says what there is at a path.
func (x *Exchange) thereIs(kind, path string) string {
	if kind == "nothing" {
		return fmt.Sprintf("there is nothing at %q", x.named(path))
	}
	return fmt.Sprintf("at %q is %s", x.named(path), kind)
}

// compareOr is what whoever describes the endpoint does about an answer without a
// token: the vendor's message, if there is one, may say that it is a refusal.
func (x *Exchange) compareOr(a *answer, isRefusal bool) string {
	if x.vendorMessage(a) == "" {
		return compareAdvice
	}
	advice := aboutRequest
	switch flag := flagOf(a); {
	case isRefusal:
	case !x.Response.Success.IsEmpty():
		advice += "Correct response.success, which was true, so that such answers are refusals. "
	case flag != "":
		advice += fmt.Sprintf("Set response.success, such as %q, so that such answers are refusals. ", flag)
	default:
		advice += "Set response.success so that such answers are refusals. "
	}
	return advice + "Otherwise c" + strings.TrimPrefix(compareAdvice, "C")
}

// flagOf returns an expression with a key by which many endpoints say whether an answer
// is a success, if the answer has one; "" if it has none.
func flagOf(a *answer) string {
	for _, name := range []string{"success", "ok", "code", "errcode", "errno", "errorCode", "retcode", "status", "result"} {
		switch a.find(MustPath(name)).Kind() {
		case "a boolean":
			return name
		case "a text":
			return name + " == 'OK'"
		case "a number":
			if a.find(MustPath(name + " >= `400` && " + name + " <= `599`")).IsTrue() { // it is an HTTP status
				return name + " == `200`"
			}
			return name + " == `0`"
		}
	}
	return ""
}

// unmade returns the error of a header for the API that cannot be made of the answer,
// which has a token.
func (x *Exchange) unmade(a *answer, header, output, problem string) error {
	path, remove := x.Response.Outputs[output], "take {"+output+"} out of headers."
	e := Error{
		Kind: KindHeader, Status: a.status, Problem: "the header " + x.named(header) + " cannot be made: " + problem,
		Advice: "Correct outputs." + output + ", or " + remove,
	}
	if output == "" {
		e.Advice = "Correct headers."
	}
	if _, isThere := a.find(path).Text(); output != "" && !isThere {
		e.Problem += ": " + x.nothingAt(a, path)
		if path.IsPlain() {
			e.Advice += fmt.Sprintf(" If the vendor does not always send it, give it another value in outputs.%s, such as %q.", output, x.named(path.String())+" || ''")
		}
	}
	e = x.tell(e, a)
	e.Details = strings.TrimSpace(x.near(a, path) + "\n" + e.Details)
	return x.fail(e)
}
