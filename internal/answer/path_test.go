package answer

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// least and greatest are the bounds of what a slice in a path can be written with, which are
// nearer on a processor with 32 bits.
var least, greatest = strconv.Itoa(math.MinInt), strconv.Itoa(math.MaxInt)

func TestPathCheck(t *testing.T) {
	t.Parallel()
	good := []string{
		"", "token", "@", "data[0].access_token", "header:X-Expires", "code == `0`", "status.error == `false`",
		"join(' ', scopes)", "[user, name] | join(':', @)", "links[?rel=='self'].href | [0]", "sort_by(items, &at)[-1].token",
		"replace(url, 'http://internal.example', 'https://api.example.com')", "replace(a, b, c)", "join(a, b)", "[a" + strings.Repeat(",a", 17) + "]",
		"[@,@][] | [@,@][] | [@,@][]", "pad_left(a, `9`, ' ')", "to_string(map(&[id, name], items))", "merge(@, {a: b})",
		"starts_with(token, 'x') && length(token) > `3`", "not_null(a, b, c)", "l[1::" + greatest + "]", "zip(a, b, c)",
	}
	for _, path := range good {
		if _, err := ParsePath(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	bad := map[string]string{
		"data[":                           "not a JMESPath expression",
		"length(@)x":                      "not a JMESPath expression (near character 10)",
		"code == 0":                       "Numbers, true, false and null go in backticks",
		"äö.ü":                            "near character",
		".token":                          "begins with the name of a key",
		"/data/token":                     "begins with the name of a key",
		strings.Repeat("a.", 500) + "b":   "longer than 1000 characters",
		"$.token":                         `leave out the leading "$."`,
		"$['token']":                      "JSONPath",
		" $.a[0]":                         "JSONPath",
		"$":                               "JSONPath",
		"a[?token == $.other]":            "uses $ or let",
		"let $a = @ in [*].[$a]":          "uses $ or let",
		"a = b":                           "a comparison is written ==",
		"nothing(@)":                      "no function nothing",
		"a[?lengths(b) == `1`]":           "no function lengths",
		"replace(a, 'x')":                 "the function replace has 2 arguments",
		"join()":                          "the function join has 0 arguments",
		"length(a, b)":                    "the function length has 2 arguments",
		"not_null()":                      "the function not_null has 0 arguments",
		"header:":                         "name of an HTTP header",
		"header:X Y":                      "name of an HTTP header",
		"'" + strings.Repeat("x", 1000):   "longer than",
		"find_first(a, b, `1`, `2`, `3`)": "find_first has 5 arguments",
	}
	for path, says := range bad {
		p, err := ParsePath(path)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", path, err)
		}
		if found := reading(t, `{"token":"t","a":"b"}`).At(p); !found.IsNothing() {
			t.Errorf("%s is followed, and cannot be used", path)
		}
	}
}

// A valid expression may not be the one that the user means.
func TestPathDoubts(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]struct{ hyphenated, bare, quoted, key string }{
		"session.valid-for":            {hyphenated: "valid-for"},
		`session."valid-for"`:          {},
		"a - b":                        {},
		"header:X-Valid-For":           {},
		"ok == true":                   {bare: "true"},
		"true":                         {bare: "true"},
		"error == null && ok":          {bare: "null"},
		"!(failed == false)":           {bare: "false"},
		"items[?ok == true].token":     {bare: "true"},
		"ok == `true`":                 {},
		"a.true":                       {},
		`"true"`:                       {},
		"flags[0].true || b":           {},
		"ok == 'true'":                 {quoted: "'true'"},
		"'false' == failed":            {quoted: "'false'"},
		"code == '0'":                  {quoted: "'0'"},
		"code == '-32000' || a":        {quoted: "'-32000'"},
		"to_string(code) == '0'":       {},
		"code == '00000'":              {},
		"version == '1.0'":             {},
		"status == OK":                 {key: "OK"},
		"a && result.status == \"OK\"": {key: "OK"},
		"`0` == code":                  {},
		"code == `0`":                  {},
		"length(a) == b.c":             {},
		"header:OK":                    {},
		"a && (ok != 'false')":         {quoted: "'false'"},
		"to_string(ok) == 'true'":      {},
		"lower(status) == 'true'":      {},
		"status == 'trueish'":          {},
		"contains(['true'], 'true')":   {},
		"[?x == 'true'] | length(@)":   {quoted: "'true'"},
		"data[":                        {},
		"{nothing: null, b: `null`}":   {bare: "null"},
		"header:true":                  {},
		"truest.falsehood == nullify":  {key: "nullify"},
	} {
		p, _ := ParsePath(path)
		if got := p.Hyphenated(); got != want.hyphenated {
			t.Errorf("%s: hyphenated %q", path, got)
		}
		if got := p.BareWord(); got != want.bare {
			t.Errorf("%s: bare word %q", path, got)
		}
		if got := p.ComparedKey(); got != want.key && want.bare == "" {
			t.Errorf("%s: compared key %q", path, got)
		}
		if got := p.QuotedWord(); got != want.quoted {
			t.Errorf("%s: quoted word %q", path, got)
		}
	}
}

func reading(t *testing.T, body string) *Content {
	t.Helper()
	return Read(http.Header{"Content-Type": {"application/json"}, "X-Id": {"77"}}, []byte(body))
}

// at returns what a path finds, as text, or "nothing".
func at(a *Content, path string) string {
	text, ok := a.At(MustPath(path)).Text()
	if !ok {
		return "nothing"
	}
	return text.Reveal()
}

func TestAt(t *testing.T) {
	t.Parallel()
	const body = `{
		"tokens":[{"v":"c","at":3},{"v":"a","at":1.50},{"v":"b","at":2}], "granted":[["a"]], "asked":["a"], "t":"abab", "l":[0,1,2],
		"rate":1.10, "one":1.0, "tiny":0.12345678901234567890, "big":18446744073709551616, "huge":1e999, "zero":-0, "id":9007199254740993,
		"ids":[9007199254740993,9007199254740992], "ok":true, "no":null, "empty":"", "url":"http://internal.example/a",
		"nested":{"n":[1.10,{"m":1.0}]}, "z":{"c":1,"a":2,"b":3}, "text":"7"
	}`
	for path, want := range map[string]string{
		// Numbers stay as the endpoint wrote them.
		"rate": "1.10", "one": "1.0", "tiny": "0.12345678901234567890", "big": "18446744073709551616", "huge": "1e999", "zero": "-0",
		"nested": `{"n":[1.10,{"m":1.0}]}`, "nested.n[0]": "1.10", "{a: rate}": `{"a":1.10}`, "to_string(rate)": "1.10",
		"sort_by(tokens, &at)[0].at": "1.50", "tokens[?at > `2`].at": "[3]", "not_null(no, one)": "1.0", "[rate, one][0]": "1.10",
		"to_string(nested)": `{"n":[1.10,{"m":1.0}]}`, "map(&at, tokens)": "[3,1.50,2]", "max_by(tokens, &at).v": "c", "reverse(l)": "[2,1,0]",
		// All numbers can be calculated with and compared.
		"one == `1`": "true", "rate == `1.1`": "true", "rate > one": "true", "zero == `0`": "true", "rate + one": "2.1", "-one": "-1",
		"sum(l)": "3", "max(map(&at, tokens))": "3", "type(rate)": "number", "abs(rate)": "1.1", "nested.n == `[1.1, {\"m\": 1}]`": "true",
		"id == `9007199254740992`": "false", "ids[0] == ids[1]": "false", "ids[0] == ids[0]": "true", "big > one": "true", "huge > one": "nothing",
		"to_number(text) == `7`": "true", "contains(l, `1`)": "true", "contains(l, `7`)": "false", "length(l)": "3", "sort(l)": "[0,1,2]",
		"find_first(t, 'b', l[1])": "1", "split(t, 'b', one)": `["a","ab"]`, "rate && ok": "true",
		// The library panics here.
		"contains(granted, asked)": "true", "find_first(t, 'x', `10`)": "nothing", "find_last(t, 'b', `0`, `-1`)": "nothing",
		"l[1::" + greatest + "]": "[1]", "l[::" + least + "]": "[2]", "l[" + least + ":" + greatest + "]": "[0,1,2]",
		// Sorting changes the list for no other path.
		"tokens[0].v": "c", "sort_by(tokens, &at)[-1].v": "c", "sort_by(tokens, &v)[0].v": "a",
		// The library returns these in random order.
		"keys(z)": `["a","b","c"]`, "values(z)": "[2,3,1]", "items(z)": `[["a",2],["b",3],["c",1]]`, "z.*": "[2,3,1]", "l.*": "nothing", "no.*": "nothing",
		// Others.
		"replace(url, 'http://internal.example', 'https://api.example.com')": "https://api.example.com/a",
		"t[0:2]": "ab", "t[::-1]": "baba", "empty": "", "no": "nothing", "none": "nothing", "header:X-Id": "77", "header:x-id": "77", "header:None": "nothing",
		"": "nothing", "[tokens, l][]": `[{"at":3,"v":"c"},{"at":1.50,"v":"a"},{"at":2,"v":"b"},0,1,2]`, "join('-', tokens[*].v)": "c-a-b",
		"&a": "nothing", "avg(l)": "1", "pad_left(t, `6`, '.')": "..abab", "group_by(tokens, &v).a[0].at": "1.50", "zip(l, asked)": `[[0,"a"]]`,
		"from_items(items(z)) == z": "true", "merge(z, {a: `9`}).a": "9", "tokens[*].[v, at] | [0]": `["c",3]`, "big % huge": "nothing",
	} {
		a := reading(t, body)
		for range 3 {
			if got := at(a, path); got != want {
				t.Errorf("%s finds %s, want %s", path, got, want)
			}
		}
	}
}

// A path is shared by all references to a credential set, and is not changed by use.
func TestPathIsShared(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"sort_by(`[3,1,2]`, &@)": "[1,2,3]", "reverse(`[1,2]`)": "[2,1]", "merge(`{\"a\":1}`, z).b": "2", "tokens[1:9:2] | [0]": "b", "{a: `[1]`}.a[]": "[1]",
	} {
		p := MustPath(path)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				text, _ := Read(http.Header{}, []byte(`{"tokens":["a","b"],"z":{"b":2}}`)).At(p).Text()
				if got := text.Reveal(); got != want {
					t.Errorf("%s finds %s, want %s", path, got, want)
				}
			})
		}
		all.Wait()
	}
}

// The order in which paths are followed does not matter.
func TestPathsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	const body = `{"tokens":[{"v":"c","at":3,"l":[3,1,2]},{"v":"a","at":1,"l":["b","a"]}]}`
	paths := []string{
		"tokens[0].v", "sort_by(tokens, &at)[0].v", "sort_by(tokens, &v)[-1].v", "reverse(tokens)[0].v", "tokens[0].l", "sort(tokens[0].l)",
		"sort_by(tokens[0].l, &@)", "map(&sort_by(l, &@), tokens)", "tokens[].l[]", "to_array(tokens)[0].v", "merge(tokens[0], {v: 'x'}).v",
		"sort_by(to_array(tokens), &at)[0].v", "sort_by(not_null(tokens), &at)[0].v", "sort_by(tokens[], &at)[0].v", "sort_by(tokens[:], &at)[0].v",
	}
	alone := map[string]string{}
	for _, path := range paths {
		alone[path] = at(reading(t, body), path)
	}
	for i := range paths {
		a := reading(t, body)
		for j := range paths {
			path := paths[(i+j)%len(paths)]
			if got := at(a, path); got != alone[path] {
				t.Errorf("%s finds %s after %s, and %s alone", path, got, paths[i], alone[path])
			}
		}
	}
}

// A path that would take too much is stopped before it does, and finds that.
func TestExcessivePaths(t *testing.T) {
	t.Parallel()
	const largest = 1 << 20
	element := `{"a":[1,2,3],"b":"xyz"},`
	many := "[" + strings.Repeat(element, (largest-10)/len(element)) + `{"a":[1],"b":""}]`
	long := `{"a":"` + strings.Repeat("x", largest/2) + `","b":"` + strings.Repeat("x", largest/2-20) + `"}`
	read := map[string]*Content{} // reading one takes longer than a path
	for path, tc := range map[string]struct {
		body      string
		excessive bool
	}{
		"[*].b | [0]":                                                      {many, false},
		"sort_by(@, &b)[-1].b":                                             {many, false},
		"[?b == 'xyz'] | length(@)":                                        {many, false},
		"to_string(@) | length(@)":                                         {many, false},
		"[].a[] | sum(@)":                                                  {many, false},
		"[*].{a: a, b: b} | [0].b":                                         {many, false},
		"length(a)":                                                        {long, false},
		"replace(a, 'x', 'yyyyyyyy') | length(@)":                          {long, false},
		"upper(a) == upper(b)":                                             {long, false},
		strings.Repeat("[@,@][] | ", 40) + "@":                             {`[1]`, true},
		strings.Repeat("[@,@] | ", 40) + "to_string(@)":                    {`[1]`, true},
		strings.Repeat("[@,@] | ", 40) + "[0] == [1]":                      {`[1]`, true},
		strings.Repeat("[@,@] | ", 40) + "contains(@, [0])":                {`[1]`, true},
		"map(&[@,@,@,@,@,@,@,@,@,@], @) | [] | map(&[@,@,@,@], @) | []":    {many, true},
		"pad_left(b, `999999999`, ' ')":                                    {long, true},
		"pad_right(b, `1e300`, ' ')":                                       {long, true},
		"replace(a, '', '" + strings.Repeat("y", 900) + "')":               {long, true},
		"join('" + strings.Repeat("y", 900) + "', split(a, ''))":           {long, true},
		"[" + strings.Repeat("sort(split(a,'')),", 50) + "a]":              {long, true},
		"[" + strings.Repeat("upper(a),", 100) + "a] | length(@)":          {long, true},
		strings.Repeat("to_string([", 24) + "@" + strings.Repeat("])", 24): {`"\\"`, true},
		strings.Repeat("[@,@][] | ", 16) + "map(&contains(@, 'zz'), @)":    {`[` + long + `]`, false},
	} {
		if read[tc.body] == nil {
			read[tc.body] = reading(t, tc.body)
		}
		found := read[tc.body].At(MustPath(path))
		_, isText := found.Text()
		if isExcessive := found.found == any(excessive{}) || !found.IsNothing() && !isText; isExcessive != tc.excessive {
			t.Errorf("%.60s: excessive is %t, and it finds %s", path, isExcessive, found.Kind())
		}
		if tc.excessive && found.IsNothing() && found.Kind() != "a result that is too large" {
			t.Errorf("%.60s: there is %s", path, found.Kind())
		}
	}
}

func TestKeysNear(t *testing.T) {
	t.Parallel()
	const body = `{"ok":true,"session":{"session-key":"s","node":{"a b":1},"list":[{"v":1}]},"list":[1]}`
	for path, want := range map[string]string{
		"session.token": "session: list, node, session-key", "session": "session: list, node, session-key", "none.at.all": ": ", "token": ": ",
		"session.node.x.y": "session.node: a b", `session.node."a b".c`: `session.node."a b": `, "session.list[0].x": "session.list[0]: v",
		"session.list[*].x": "session.list[0]: v", "session.list.v": "session.list[0]: v", "[0]": ": ", "session.list[5].x": "session.list[0]: v", "list[0].x": "list[0]: ",
		"session | none": "session: list, node, session-key", "session.list[?v == `2`].v | [0]": "session.list[0]: v",
		"to_string(session)": ": ", "header:X": ": ", "data[": ": ", "@": ": ", "session.*.q": "session: list, node, session-key",
	} {
		p, _ := ParsePath(path)
		part, keys := reading(t, body).KeysNear(p)
		var names []string
		for _, key := range keys {
			names = append(names, key.Use())
		}
		if got := part + ": " + strings.Join(names, ", "); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}
