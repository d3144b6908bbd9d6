package token

import (
	"maps"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// authorization is the header of HTTP Basic.
const authorization = "Authorization"

// setHeaders makes the headers that the API expects, or says why it cannot.
func (a *Answer) setHeaders(t *Token) *Error {
	headers := a.Exchange.Headers
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		value := headers[name].Reveal()
		if strings.Contains(value, placeholder) {
			t.HeaderName, t.isBearer = name, isBearer(value)
		}
		filled, err := a.fill(t, name, value)
		if err != nil {
			return err
		}
		t.Headers[name] = said.NewSecret(filled)
	}
	return a.setBasic(t)
}

// setBasic makes the header for HTTP Basic, if the API expects it. It carries more
// characters than other headers do, because they are encoded.
func (a *Answer) setBasic(t *Token) *Error {
	basic := a.Exchange.Basic
	if basic == nil {
		return nil
	}
	if e := a.lacking(t, authorization, basic.Username.Reveal()+basic.Password.Reveal()); e != nil {
		return e
	}
	replace := replacer(t.places(), asIs)
	filled := Basic{Username: fillText(basic.Username, replace), Password: fillText(basic.Password, replace)}
	if bad := filled.Check(); bad != nil {
		e := a.unmade(authorization, "", ProblemBasic)
		e.Cause = bad
		return e
	}
	if strings.Contains(basic.Username.Reveal()+basic.Password.Reveal(), placeholder) {
		t.HeaderName = authorization
	}
	t.Headers[authorization] = filled.Header()
	return nil
}

// isHeaderText reports whether an HTTP header can carry the text as it is (RFC
// 6749, appendix A.12). Anything else could end the header and begin another.
func isHeaderText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// unmade returns the error of the header name for the API, which what {of} stands for is the
// cause of; "": it is not known.
func (a *Answer) unmade(name, of string, problem Problem) *Error {
	e := a.fail(KindHeader, problem)
	e.Name, e.Output = name, of
	return e
}

// fill puts the token, the outputs and the sources into a value of the header name, or
// says what cannot be there.
func (a *Answer) fill(t *Token, name, value string) (filled string, err *Error) {
	if e := a.lacking(t, name, value); e != nil {
		return "", e
	}
	places := t.places()
	filled = replacer(places, asIs).Replace(value)
	if isHeaderText(filled) {
		return filled, nil
	}
	switch of := unfitPlace(places, value); {
	case of == tokenPlace:
		return "", a.fail(KindAnswer, ProblemUnfitToken)
	case of == "":
		return "", a.unmade(name, "", ProblemUnfitHeader)
	case a.Exchange.Response.Outputs[of].IsEmpty():
		return "", a.unmade(name, of, ProblemUnfitSource)
	default:
		return "", a.unmade(name, of, ProblemUnfitOutput)
	}
}

// lacking returns the error of a text for the header name with an output that the answer
// does not have, or nil.
func (a *Answer) lacking(t *Token, name, text string) *Error {
	for _, output := range slices.Sorted(maps.Keys(a.Exchange.Response.Outputs)) {
		if _, ok := t.Outputs[output]; !ok && strings.Contains(text, "{"+output+"}") {
			return a.unmade(name, output, ProblemNoOutput)
		}
	}
	return nil
}

// unfitPlace returns the first NAME of which {NAME} in a text stands for a value that no
// header can carry, or "". The token is the first.
func unfitPlace(places map[string]said.Secret, text string) string {
	for _, name := range append([]string{tokenPlace}, slices.Sorted(maps.Keys(places))...) {
		if strings.Contains(text, "{"+name+"}") && !isHeaderText(places[name].Reveal()) {
			return name
		}
	}
	return ""
}
