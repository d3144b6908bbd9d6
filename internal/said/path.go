package said

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// shortestInPath is the length from which a part of a path that mixes small letters,
	// capitals and digits looks like a token.
	shortestInPath = 20
	// pathMarks separate the parts of a step of a path.
	pathMarks = ";=,:@&$"
)

// botPattern matches the token of a bot of Telegram, which is a step of a path.
var botPattern = regexp.MustCompile(`^(?:bot\d{3,}:[\w-]{8,}|\d{6,}:[\w-]{30,})$`)

// endpoint is a URL as it is written, perhaps with names in braces.
type endpoint struct{ host, path, query string }

// endpointOf returns the parts of a URL. A text without a scheme is a path.
func endpointOf(text string) endpoint {
	text, query, _ := strings.Cut(text, "?")
	_, rest, isWhole := strings.Cut(text, "://")
	if !isWhole {
		return endpoint{path: text, query: query}
	}
	host, path, _ := strings.Cut(rest, "/")
	return endpoint{host, path, query}
}

// secretsInPath returns the parts of a path that look like a token. IDs of tenants and the
// like are UUIDs, so these do not count.
func secretsInPath(path string) []string {
	var found []string
	for step := range strings.FieldsFuncSeq(path, isFolderMark) {
		if botPattern.MatchString(unescapedStep(step)) || padded.MatchString(unescapedStep(step)) {
			found = append(found, step)
			continue
		}
		parts := strings.FieldsFunc(step, func(r rune) bool { return strings.ContainsRune(pathMarks, r) })
		found = append(found, slices.DeleteFunc(parts, func(part string) bool { return !isStepSecret(unescapedStep(part)) })...)
	}
	return found
}

func isStepSecret(step string) bool {
	return isLikely(step) || len(step) >= shortestInPath && !extension.MatchString(step) && countKinds(step).isMixed()
}

// addEndpoint adds the host and the path of a URL as public, and what is secret in it: steps
// of the path that look like a token, and the values of the query.
func (p *pieces) addEndpoint(text string, depth int) {
	of := endpointOf(text)
	p.add(of.host, public)
	for _, part := range secretsInPath(of.path) {
		p.add(part, secret)
		p.add(unescapedStep(part), secret)
	}
	for step := range strings.SplitSeq(of.path, "/") {
		if len(secretsInPath(step)) == 0 {
			p.steps = append(p.steps, unescapedStep(step))
		}
	}
	if of.query != "" {
		p.takeApart("query", of.query, unranked, depth-1)
	}
}

func unescapedStep(step string) string {
	if plain, err := url.PathUnescape(step); err == nil {
		return plain
	}
	return step
}

// publicSteps returns the steps of paths that contain no secret text: a password may be in
// a URL too.
func (p *pieces) publicSteps() []string {
	if len(p.steps) == 0 {
		return nil
	}
	everyday := newIndex()
	isSecret := func(of piece) bool {
		return len(of.text) >= shortestSecret && (of.of == secret || !everyday.isOrdinary(newView([]rune(of.text))))
	}
	return slices.DeleteFunc(slices.Clone(p.steps), func(step string) bool {
		return slices.ContainsFunc(p.texts, func(of piece) bool { return strings.Contains(step, of.text) && isSecret(of) })
	})
}

// URL returns a URL as messages may show it, without its query. Secrets are
// hidden, and so are the parts of the path that look like a token, UUIDs included. A path
// alone is a URL too.
func (j *Judge) URL(text Foreign) Shown {
	before, _, _ := strings.Cut(text.raw(), "?")
	return j.say(before, longestMessage, func(shown string) []string {
		return append(secretsInPath(endpointOf(shown).path), uuids(shown)...)
	})
}

// markAll marks the characters of a part wherever a text has it.
func markAll(text, part string, marked []bool) {
	for from := 0; ; from += len(part) {
		at := strings.Index(text[from:], part)
		if at < 0 {
			return
		}
		from += at
		first := utf8.RuneCountInString(text[:from])
		for i := range utf8.RuneCountInString(part) {
			marked[first+i] = true
		}
	}
}

// uuids returns the steps of a path that are UUIDs.
func uuids(text string) []string {
	return slices.DeleteFunc(strings.Split(endpointOf(text).path, "/"), func(step string) bool { return !uuidShape.MatchString(step) })
}
