package token

import (
	"maps"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const placeholder = "{token}" // stands for the token in Exchange.Headers

// Token returns the token in the answer, or an *Error with why there is none.
func (a *Answer) Token() (*Token, error) {
	if !a.IsSuccess() {
		return nil, a.refused()
	}
	if !a.Content.IsJSON() && a.Exchange.Response.Token.IsJSON() {
		return nil, a.fail(KindAnswer, ProblemNotJSON)
	}
	if !a.Succeeded() || a.SaysError() {
		return nil, a.refused()
	}
	accessToken, problem := a.accessToken()
	switch {
	case problem != nil && (a.Content.Code() != "" || a.Content.SaysError()):
		return nil, a.refused() // some endpoints refuse with a 200
	case problem != nil:
		return nil, problem
	}
	t := a.issue(accessToken)
	if err := a.setHeaders(t); err != nil {
		return nil, err
	}
	return t, nil
}

func (a *Answer) fail(kind Kind, problem Problem) *Error {
	e := &Error{Kind: kind, Problem: problem, Purpose: a.Purpose, Exchange: a.Exchange, Answer: a, Status: a.Status}
	if a.Exchange.Request.Local != nil {
		e.Status = 0 // there was no request
	}
	return e
}

// refused returns the error of an answer that refuses the request.
func (a *Answer) refused() *Error {
	e := a.fail(KindRefused, 0)
	switch {
	case a.IsSuccess() && !a.Succeeded():
		e.Problem = ProblemUntrue
	case is2xx(a.Status) && !a.IsSuccess():
		e.Problem = ProblemOtherStatus
	case a.SaysError() && !a.TokenText().IsEmpty():
		e.Problem = ProblemErrorBesideToken
	case a.IsSuccess():
		e.Problem = ProblemErrorKey
	}
	if a.IsTemporary() {
		e.Tries = a.Tries
	} else {
		e.Wait, e.RetryAt = a.Wait, a.RetryAt()
	}
	e.RefusesClient = a.refusesClient()
	return e
}

// issue returns the token with what else the answer has, without its headers.
func (a *Answer) issue(accessToken said.Secret) *Token {
	expiresAt, notes := a.expiry(accessToken)
	expiresAt, limitedBy := a.withOthers(expiresAt)
	t := &Token{
		AccessToken: accessToken,
		Type:        said.NewForeign(defaultType),
		IssuedAt:    a.Sent,
		ExpiresAt:   expiresAt,
		LimitedBy:   limitedBy,
		Headers:     make(map[string]said.Secret, len(a.Exchange.Headers)),
		Fields:      a.fields(),
		Outputs:     a.findAll(a.Exchange.Response.Outputs, answer.Value.Text),
		Notes:       append(notes, a.missing()...),
		issued:      a.Content.Issued(),
		used:        a.used,
	}
	if a.countsByClock(expiresAt) {
		t.ClockAhead = a.ClockAhead
	}
	a.setType(t)
	return t
}

// setHeaders makes the headers that the API expects, or says why it cannot.
func (a *Answer) setHeaders(t *Token) error {
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

// setBasic makes the header for HTTP Basic, if the API expects it.
func (a *Answer) setBasic(t *Token) error {
	basic := a.Exchange.Basic
	if basic == nil {
		return nil
	}
	username, err := a.fill(t, authorization, basic.Username.Reveal())
	if err != nil {
		return err
	}
	password, err := a.fill(t, authorization, basic.Password.Reveal())
	if err != nil {
		return err
	}
	filled := Basic{Username: said.NewSecret(username), Password: said.NewSecret(password)}
	if bad := filled.Check(); bad != nil {
		e := a.fail(KindHeader, ProblemBasic)
		e.Name, e.Cause = authorization, bad
		return e
	}
	if strings.Contains(basic.Username.Reveal()+basic.Password.Reveal(), placeholder) {
		t.HeaderName = authorization
	}
	t.Headers[authorization] = filled.Header()
	return nil
}

const authorization = "Authorization" // the header of HTTP Basic

func (a *Answer) accessToken() (said.Secret, *Error) {
	accessToken := a.TokenText()
	place, _ := a.Exchange.Response.Token.In()
	inBody := place == answer.PlaceBody
	switch {
	case inBody && a.Content.Structure() != "":
		e := a.fail(KindAnswer, ProblemStructure)
		e.Detail = a.Content.Structure()
		return accessToken, e
	case accessToken.IsEmpty() && inBody:
		return accessToken, a.fail(KindAnswer, ProblemEmpty)
	case accessToken.IsEmpty():
		return accessToken, a.fail(KindAnswer, ProblemNoToken)
	case !isHeaderText(accessToken.Reveal()):
		return accessToken, a.fail(KindAnswer, ProblemUnfitToken)
	}
	return accessToken, nil
}

// isHeaderText reports whether an HTTP header can carry the text as it is (RFC
// 6749, appendix A.12). Anything else could end the header and begin another.
func isHeaderText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// fill puts the token, the outputs and the sources into a value of the header name, or
// says what cannot be there.
func (a *Answer) fill(t *Token, name, value string) (filled string, err error) {
	outputs := a.Exchange.Response.Outputs
	unfit := func(output string, problem Problem) error {
		e := a.fail(KindHeader, problem)
		e.Name, e.Output = name, output
		return e
	}
	for _, output := range slices.Sorted(maps.Keys(outputs)) {
		if !strings.Contains(value, "{"+output+"}") {
			continue
		}
		found, ok := t.Outputs[output]
		switch {
		case !ok:
			return "", unfit(output, ProblemNoOutput)
		case !isHeaderText(found.Reveal()):
			return "", unfit(output, ProblemUnfitOutput)
		}
	}
	filled = replacer(t.places(), asIs).Replace(value)
	if !isHeaderText(filled) {
		return "", unfit("", ProblemUnfitHeader)
	}
	return filled, nil
}

func (a *Answer) fields() map[string]said.Secret {
	response := &a.Exchange.Response
	fields := make(map[string]said.Secret, len(response.Fields))
	for name, value := range response.FieldDefaults {
		fields[name] = said.NewSecret(value)
	}
	maps.Copy(fields, a.findAll(response.Fields, answer.Value.Words))
	return fields
}

func (a *Answer) findAll(paths map[string]Path, text func(answer.Value) (said.Secret, bool)) map[string]said.Secret {
	found := make(map[string]said.Secret, len(paths))
	for name, path := range paths {
		if value, ok := text(a.At(path)); ok {
			found[name] = value
		}
	}
	return found
}

// missing tells of the outputs that the answer does not have.
func (a *Answer) missing() []Note {
	outputs := a.Exchange.Response.Outputs
	var notes []Note
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		path := outputs[name]
		if _, ok := a.At(path).Text(); !ok && !a.Content.IsNull(path) {
			notes = append(notes, Note{Part: PartOutput, Output: name, Path: path, Answer: a})
		}
	}
	return notes
}

var errorKey = answer.MustPath("error") // where many endpoints put an error

// issued returns what is secret of an answer itself, which its message may repeat:
// the token, the other fields and outputs, and what its keys and cookies call a token.
func (a *Answer) issued() said.Book {
	var found said.Book
	if token := a.TokenText(); !a.SaysError() || !isSentence(token) && !token.Equal(a.At(errorKey).Token()) {
		found = said.Book{{Name: "access_token", Value: token, Whole: true}}
	}
	for _, paths := range []map[string]Path{a.Exchange.Response.Fields, a.Exchange.Response.Outputs} {
		for name, value := range a.findAll(paths, answer.Value.Text) {
			if !isSentence(value) {
				found = found.Add(name, value)
			}
		}
	}
	return append(found, a.Content.Issued()...)
}

// isSentence reports whether a value is words and no token: it may well be the
// vendor's message.
func isSentence(value said.Secret) bool {
	return strings.Contains(strings.TrimSpace(value.Reveal()), " ")
}
