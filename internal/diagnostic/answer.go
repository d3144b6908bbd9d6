package diagnostic

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// compareKeys is what whoever describes the endpoint does about a response without a token.
const compareKeys = "Compare response with the keys that the endpoint returned, and check that token_url is the token endpoint itself."

// checkPage is what to do about a page in place of a response.
const checkPage = "Check that token_url is the token endpoint itself, and that there is no proxy or login page in front of it."

// compareAdvice is compareKeys for any path of the token, and for a program in place of an
// endpoint.
func (r *report) compareAdvice() string {
	switch {
	case r.x.Request.Local != nil:
		return "Compare response with what the program printed. Run the program with the same arguments to see it."
	case r.a.Content.IsPage() && r.x.Response.Token.IsJSON():
		return checkPage
	case r.isEmpty() && r.x.Response.Token.IsJSON():
		return "The token may be in a header: write its path as header:NAME or, for a cookie, cookie:NAME. " + compareKeys
	case !r.x.Response.Token.IsJSON():
		return strings.Replace(compareKeys, "the keys that", "what", 1)
	}
	return compareKeys
}

// unreadable words the error of a success without a usable token.
func (r *report) unreadable() message {
	if r.a == nil {
		return r.unreachable() // it could not be read
	}
	m := message{
		problem: r.tokenProblem(),
		advice:  "A token endpoint does not respond like this. " + checkPage,
	}
	switch {
	case r.isDescribed() && r.a.At(r.x.Response.Token).IsNumber():
		m.advice = "If the token is a number, write its path as to_string(PATH). " + r.compareAdvice()
	case r.isDescribed():
		m.advice = r.compareOr(false)
	case r.a.Message() != "":
		m.advice = "If the vendor's message is about the request, check what the set sends, credentials first. " +
			"Otherwise check that token_url is the token endpoint itself, and that there is no proxy or login page in front of it."
	}
	if !r.isDescribed() && r.e.Purpose == token.ForToken && len(r.a.Content.Keys()) > 0 {
		m.advice = join(m.advice, r.set.Service.OtherAnswer)
	}
	return r.tell(m)
}

// tokenProblem says why there is no usable token, without quoting what there is.
func (r *report) tokenProblem() string {
	switch r.e.Problem {
	case token.ProblemNotJSON:
		return r.notJSON()
	case token.ProblemNoToken:
		return "the response has no token: " + r.nothingAt(r.x.Response.Token) + r.orPage(r.x.Response.Token)
	default:
		return r.problem()
	}
}

// nothingAt says what there is at a path, where there is not what was looked for.
func (r *report) nothingAt(path token.Path) string {
	kind := r.a.At(path).Kind()
	if r.a.Content.IsNull(path) {
		kind = "null"
	}
	if kind == "nothing" && !path.IsJSON() {
		return r.nothingIn(path)
	}
	problem := fmt.Sprintf("there is %s at %q", kind, r.own(path.String()))
	if !r.a.Content.IsList() || !path.IsJSON() || strings.HasPrefix(path.String(), "[") {
		return problem
	}
	if problem += ", and the response is a list"; r.isDescribed() {
		problem += ": begin the path with [0]"
	}
	return problem
}

// orPage says that the response is an HTML page, if a path does not look into the body.
func (r *report) orPage(path token.Path) string {
	place, _ := path.In()
	if r.a.Content.IsPage() && (place == answer.PlaceHeader || place == answer.PlaceCookie) {
		return ", and the response is an HTML page"
	}
	return ""
}

// nothingIn says that there is nothing where a path looks that is not JMESPath.
func (r *report) nothingIn(path token.Path) string {
	place, name := path.In()
	name = r.own(name)
	is := r.a.Content.Structure()
	if r.isEmpty() {
		is = "empty"
	}
	switch {
	case place == answer.PlaceHeader:
		return fmt.Sprintf("there is no header %q", name)
	case place == answer.PlaceCookie && r.a.Header.DeletesCookie(name):
		return fmt.Sprintf("the cookie %q is empty or has expired", name)
	case place == answer.PlaceCookie:
		return fmt.Sprintf("there is no cookie %q", name)
	case place == answer.PlaceBody:
		return "the body is " + is
	case is != "":
		return fmt.Sprintf("the expression %q matches nothing in the body, which is %s", name, is)
	default:
		return fmt.Sprintf("the expression %q matches nothing in the body", name)
	}
}

// isPrinted reports whether a program gives the response.
func (r *report) isPrinted() bool {
	_, is := r.x.Request.Local.(source.Program)
	return is
}

// notJSON says what a response that is not JSON looks like.
func (r *report) notJSON() string {
	text := r.a.Content.Describe()
	if r.isPrinted() {
		text += ": what a program prints is the response, so its notices and colours belong on standard error"
	}
	return text
}

// isEmpty reports whether the response has no body.
func (r *report) isEmpty() bool {
	return r.a.Content.Structure() == "" && r.a.At(answer.MustPath("body:")).IsNothing()
}

const (
	// mostNames is how many names of keys are listed.
	mostNames = 30
	// longestNames is how long such a list is, in bytes, before it ends.
	longestNames = 500
)

// details says what was sent and what came back, by names alone: no values, and
// no secret that somebody has made a name. Whoever does not describe the endpoint
// is told what came back where nothing says what is wrong.
func (r *report) details(isSilent bool) string {
	switch {
	case r.isDescribed() && r.isPrinted() && len(r.a.Content.Keys()) == 0:
		return "Sent: " + r.sent()
	case r.isDescribed():
		return "Sent: " + r.sent() + "\n" + "Received: " + r.names()
	case isSilent && r.e.Purpose == token.ForToken && len(r.a.Content.Keys()) > 0:
		return "Received: " + r.names()
	}
	return ""
}

func (r *report) names() string {
	text := string(r.judge().Name(r.a.Header.MediaType()))
	switch {
	case text == "" && r.isPrinted():
		text = "JSON"
	case text == "":
		text = "no content type"
	}
	if names := r.list(r.a.Content.Keys()); names != "" {
		text += ", with the keys: " + names
	}
	if near := r.near(r.x.Response.Token); near != "" && r.isDescribed() && r.a.TokenText().IsEmpty() {
		text += ". " + near
	}
	return text + "."
}

// near lists the keys at the longest part of a path at which there is something other than the answer itself,
// or the headers or cookies if the one that the path names is missing.
func (r *report) near(path token.Path) string {
	switch place, _ := path.In(); {
	case place == answer.PlaceJSON && r.isEmpty():
		return listing("The headers are: ", r.list(r.a.Header.Names()))
	case place == answer.PlaceJSON:
		return r.nearKeys(path)
	case !r.a.At(path).IsNothing():
		return ""
	case place == answer.PlaceHeader:
		return listing("The headers are: ", r.list(r.a.Header.Names()))
	case place == answer.PlaceCookie:
		return cmp.Or(listing("The cookies are: ", r.list(r.a.Header.CookieNames())), "The response sets no cookie")
	default:
		return ""
	}
}

// listing returns names after what they are, or "" if there are none.
func listing(what, names string) string {
	if names == "" {
		return ""
	}
	return what + names
}

func (r *report) nearKeys(path token.Path) string {
	part, keys := r.a.Content.KeysNear(path)
	names := r.list(keys)
	if part == "" || names == "" {
		return ""
	}
	return fmt.Sprintf("At %q are the keys: %s", part, names)
}

// list returns the names that a server has given keys, of those that can be read.
func (r *report) list(keys []said.Foreign) string {
	var text strings.Builder
	for i, key := range keys {
		if i == mostNames || text.Len() > longestNames {
			return fmt.Sprintf("%s and %d more", text.String(), len(keys)-i)
		}
		name := string(r.judge().Key(key))
		if text.Len() > 0 && name != "" {
			text.WriteString(", ")
		}
		text.WriteString(name)
	}
	return text.String()
}

func topKeys(body string) []string { return slices.Collect(maps.Keys(topLevel(body))) }

// topLevel returns the members of a JSON object; nil if the body is something else.
func topLevel(body string) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &object) != nil {
		return nil
	}
	return object
}
