package token

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	// placeholder stands for the token in Exchange.Headers.
	placeholder = "{token}"
	// compareAdvice is what to do about an answer without a token for whoever
	// describes the endpoint.
	compareAdvice = "Compare response with what came back, and check that token_url is the token endpoint itself."
)

// answer is a token endpoint's answer, read whole.
type answer struct {
	status int
	header answers.Header
	body   []byte
	sent   time.Time
	// content is what paths find in header and body.
	content *answers.Answer
	// received is when it was there; ahead is by how much this machine's clock is
	// ahead of the server's.
	received time.Time
	ahead    time.Duration
	// presented are the assertions that the request had.
	presented []presented
	// secrets are those that no message may repeat besides the exchange's own.
	secrets said.Book
	// judging decides what of the answer may be said; nil: nobody has asked yet.
	judging *said.Judge
	// problem says what failed besides the status, such as that body could not be read.
	problem string
	// proxy is the one that the request went through; nil: none.
	proxy *url.URL
	// movedTo is where redirects within the host have led; nil: there were none.
	movedTo *url.URL
	// proxySetting is the attribute or the variable that names it.
	proxySetting string
	// wait is what its Retry-After asks for.
	wait time.Duration
	// tries are the attempts that it took.
	tries tries
}

// Format writes a placeholder for every verb: an answer holds the token.
func (answer) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(said.Hidden)) }

func newAnswer(status int, header http.Header, body []byte, sent time.Time) *answer {
	// RFC 8259, section 8.1, lets readers ignore a byte order mark.
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	content := answers.Read(header, body)
	return &answer{status: status, header: content.Header(), body: body, sent: sent, content: content}
}

func (a *answer) isSuccess() bool { return isSuccess(a.status) }

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

func (a *answer) find(p Path) answers.Value { return a.content.At(p) }

// needsJSON reports whether the token can only be read from JSON.
func (r *Response) needsJSON() bool { return !r.TokenBody && !r.Token.IsHeader() }

// read returns the token in the answer, or why there is none.
func (x *Exchange) read(a *answer) (*Token, error) {
	if !a.isSuccess() {
		return nil, x.refused(a)
	}
	if !a.content.IsJSON() && x.Response.needsJSON() {
		return nil, x.unreadable(a, a.content.Describe())
	}
	if !x.succeeded(a) || x.saysError(a) {
		return nil, x.refused(a)
	}
	accessToken, problem := x.accessToken(a)
	switch {
	case problem != "" && (a.content.Code() != "" || a.content.SaysError()):
		return nil, x.refused(a) // some endpoints refuse with a 200
	case problem != "":
		return nil, x.unreadable(a, problem)
	}
	t := x.issue(a, accessToken)
	if err := x.setHeaders(a, t); err != nil {
		return nil, err
	}
	return t, nil
}

// issue returns the token with what else the answer has, without its headers.
func (x *Exchange) issue(a *answer, accessToken said.Secret) *Token {
	expiresAt, notes := x.expiry(a, accessToken)
	t := &Token{
		AccessToken: accessToken,
		Type:        said.NewForeign(defaultType),
		IssuedAt:    a.sent,
		ExpiresAt:   expiresAt,
		Headers:     make(map[string]said.Secret, len(x.Headers)),
		Fields:      x.fields(a),
		Outputs:     a.findAll(x.Response.Outputs, answers.Value.Text),
		Notes:       append(notes, x.missing(a)...),
		issued:      a.content.Issued(),
	}
	if x.countsByClock(a, expiresAt) {
		t.ClockAhead = a.ahead
	}
	t.Notes = append(t.Notes, t.expired()...)
	x.setType(a, t)
	return t
}

// succeeded reports whether the answer is what the exchange calls a success.
func (x *Exchange) succeeded(a *answer) bool {
	return x.Response.Success.IsEmpty() || a.find(x.Response.Success).IsTrue()
}

// saysError reports whether a success says an error as well, whatever is where the
// token should be. Whoever describes the endpoint says so with Success.
func (x *Exchange) saysError(a *answer) bool {
	return !x.Describe && a.isSuccess() && a.content.SaysError()
}

// setHeaders makes the headers that the API expects, or says why it cannot.
func (x *Exchange) setHeaders(a *answer, t *Token) error {
	for _, name := range slices.Sorted(maps.Keys(x.Headers)) {
		value := x.Headers[name].Reveal()
		if strings.Contains(value, placeholder) {
			t.HeaderName, t.isBearer = name, isBearer(value)
		}
		filled, output, problem := t.fill(value, x.Response.Outputs)
		if problem != "" {
			return x.unmade(a, name, output, problem)
		}
		t.Headers[name] = said.NewSecret(filled)
	}
	return nil
}

// accessToken returns the token, or says what is wrong with it without quoting it.
func (x *Exchange) accessToken(a *answer) (accessToken said.Secret, problem string) {
	accessToken = x.foundToken(a)
	_, structure := a.content.Body()
	switch {
	case x.Response.TokenBody && structure != "":
		return accessToken, "the answer is " + structure + ", and not a token by itself"
	case accessToken.IsEmpty() && x.Response.TokenBody:
		return accessToken, "the answer has no token: it is empty"
	case accessToken.IsEmpty():
		return accessToken, "the answer has no token: " + x.nothingAt(a, x.Response.Token)
	case !isHeaderText(accessToken.Reveal()):
		return accessToken, "the token holds a line break or another character that no HTTP header can carry"
	}
	return accessToken, ""
}

// nothingAt says what there is at a path, where there is not what was looked for.
func (x *Exchange) nothingAt(a *answer, path Path) string {
	problem := fmt.Sprintf("there is %s at %q", a.find(path).Kind(), x.named(path.String()))
	if a.content.IsNull(path) {
		problem = fmt.Sprintf("there is null at %q", x.named(path.String()))
	}
	if !a.content.IsList() || path.IsHeader() || strings.HasPrefix(path.String(), "[") {
		return problem
	}
	if problem += ", and the answer is a list"; x.Describe {
		problem += ": begin the path with [0]"
	}
	return problem
}

// foundToken returns the text found where the token should be.
func (x *Exchange) foundToken(a *answer) said.Secret {
	switch {
	case x.Response.TokenBody && !a.isSuccess():
		return said.Secret{} // the vendor's message
	case x.Response.TokenBody:
		text, _ := a.content.Body()
		return text
	default:
		return a.find(x.Response.Token).Token()
	}
}

// isHeaderText reports whether an HTTP header can carry the text as it is (RFC
// 6749, appendix A.12). Anything else could end the header and begin another.
func isHeaderText(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// fill puts the token and the outputs into a header's value, or says which output
// cannot be there, and why, without quoting it.
func (t *Token) fill(value string, outputs map[string]Path) (filled, output, problem string) {
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if !strings.Contains(value, "{"+name+"}") {
			continue
		}
		found, ok := t.Outputs[name]
		switch {
		case !ok:
			return "", name, "the answer has no output " + name
		case !isHeaderText(found.Reveal()):
			return "", name, "the output " + name + " holds a line break or another character that no HTTP header can carry"
		}
	}
	filled = replacer(t.places(), asIs).Replace(value)
	if !isHeaderText(filled) {
		return "", "", "it holds a line break or another character that no HTTP header can carry"
	}
	return filled, "", ""
}

func (x *Exchange) fields(a *answer) map[string]said.Secret {
	fields := a.findAll(x.Response.Fields, answers.Value.Words)
	for name, value := range x.Response.FieldDefaults {
		if _, ok := fields[name]; !ok {
			fields[name] = said.NewSecret(value)
		}
	}
	return fields
}

func (a *answer) findAll(paths map[string]Path, text func(answers.Value) (said.Secret, bool)) map[string]said.Secret {
	found := make(map[string]said.Secret, len(paths))
	for name, path := range paths {
		if value, ok := text(a.find(path)); ok {
			found[name] = value
		}
	}
	return found
}

// missing tells of the outputs that the answer does not have.
func (x *Exchange) missing(a *answer) []Note {
	var notes []Note
	for _, name := range slices.Sorted(maps.Keys(x.Response.Outputs)) {
		path := x.Response.Outputs[name]
		found := a.find(path)
		if _, ok := found.Text(); !ok && !a.content.IsNull(path) {
			notes = append(notes, Note{
				Setting: "outputs." + x.named(name), Problem: x.nothingAt(a, path), Details: x.near(a, path),
			})
		}
	}
	return notes
}

func (x *Exchange) unreadable(a *answer, problem string) error {
	e := Error{
		Kind: KindAnswer, Status: a.status, Problem: problem,
		Advice: "This is not what a token endpoint answers. Check that token_url is the token endpoint itself, " +
			"and that there is no proxy or login page in front of it.",
	}
	message := x.vendorMessage(a)
	switch {
	case x.Describe && a.find(x.Response.Token).IsNumber():
		e.Advice = "If the token is a number, write its path as to_string(PATH). " + compareAdvice
	case x.Describe:
		e.Advice = x.compareOr(a, false)
	case message != "":
		e.Advice = "If the vendor's message is about the request, check what the set sends, credentials first. " +
			"Otherwise check that token_url is the token endpoint itself, and that there is no proxy or login page in front of it."
	}
	if !x.Describe && len(a.content.Keys()) > 0 {
		e.Advice += x.OtherAnswer
	}
	return x.fail(x.tell(e, a))
}

func (x *Exchange) refused(a *answer) error {
	e := Error{Kind: KindRefused, Status: a.status, Problem: a.problem, Advice: x.Advice[a.status]}
	if x.isTemporary(a) {
		e.Attempts, e.Took = a.tries.attempts, a.tries.took
	}
	switch {
	case a.isSuccess() && !x.succeeded(a):
		e.Problem = fmt.Sprintf("response.success (%q) is not true for the response", x.named(x.Response.Success.String()))
		e.Advice = x.successAdvice(a)
	case x.saysError(a) && !x.foundToken(a).IsEmpty():
		e.Problem = "there is an error in the answer, so what is where the token should be is not used"
	case a.isSuccess():
		e.Problem = "there is an error in the answer, and no token"
		if x.Describe {
			e.Advice = x.compareOr(a, true)
		}
	}
	code := x.meant(a)
	if concernsClient(code, a.status) && len(a.presented) > 0 {
		e.Held, e.ClockAhead = x.held(a), a.ahead
	}
	if e.Advice == "" {
		e.Advice = x.advise(a, code)
	}
	if concernsClient(code, a.status) {
		e.Advice = strings.TrimSpace(x.quotedAdvice(a) + " " + e.Advice)
	}
	e.refusesClient = a.isOfClient(code)
	e.Advice = x.aboutPage(a, e.Advice)
	return x.fail(a.untilWhen(x.tell(a.byFrontEnd(e), a)))
}

// byFrontEnd returns the error of a refusal, which is another one if something in
// front of the endpoint has made the answer.
func (a *answer) byFrontEnd(e Error) Error {
	if known := a.frontEnd(); known.problem != "" {
		e.Problem, e.Advice, e.Held, e.refusesClient = known.problem, known.advice, nil, false
	}
	return e
}

// tell adds what the answer says, and the names of what was sent and came back.
func (x *Exchange) tell(e Error, a *answer) Error {
	e.VendorMessage = x.vendorMessage(a)
	e.Details = x.details(a, e.VendorMessage == "")
	e.Advice = strings.TrimSpace(x.movedAdvice(a) + " " + e.Advice)
	return e
}

// vendorMessage returns what the answer says to people, fit to be shown.
func (x *Exchange) vendorMessage(a *answer) said.Shown {
	if found := a.find(x.Response.Error).Message(); !found.IsEmpty() {
		return x.judge(a).Message(found)
	}
	return x.judge(a).Message(a.content.Message(a.isSuccess()))
}

// judge returns who decides what of the answer may be said. Making a judge takes
// time, so there is one for each answer.
func (x *Exchange) judge(a *answer) *said.Judge {
	if a.judging == nil {
		a.judging = x.allSecrets(a).Judge()
	}
	return a.judging
}

// allSecrets returns all that no message about the answer may repeat.
func (x *Exchange) allSecrets(a *answer) said.Book {
	return slices.Concat(x.secrets(), a.secrets, x.issued(a))
}
