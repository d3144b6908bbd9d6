package token

import (
	"maps"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	tokenPlace  = "token"                // the NAME of the token
	placeholder = "{" + tokenPlace + "}" // stands for the token in Exchange.Headers
)

// Token returns the token in the answer, or an *Error with why there is none, or none
// that the API can be shown.
func (a *Answer) Token() (*Token, error) {
	t, err := a.read()
	if err != nil {
		return nil, err
	}
	return t.forAPI()
}

// read returns the token in the answer, for the API or only for requests of other sets.
func (a *Answer) read() (*Token, error) {
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
	case (problem != nil || !isHeaderText(accessToken.Reveal())) && (a.Content.Code() != "" || a.Content.SaysError()):
		return nil, a.refused() // some endpoints refuse with a 200
	case problem != nil:
		return nil, problem
	}
	t := a.issue(accessToken)
	t.unmade = a.setHeaders(t)
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
		exact:       a.At(a.Exchange.Response.Token).Line(),
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
		from:        a.Exchange.Request.URL,
	}
	if a.countsByClock(expiresAt) {
		t.ClockAhead = a.ClockAhead
	}
	a.setType(t)
	return t
}

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
	}
	return accessToken, nil
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
