package answer

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPathCheck(t *testing.T) {
	good := []string{
		"", "token", "@", "data[0].access_token", "header:X-Expires", "code == `0`", "status.error == `false`",
		"join(' ', scopes)", "[user, name] | join(':', @)", "{a: a, b: b, c: c, d: d, e: e}", "[@,@,@,@] | [@,@,@,@]", "[[a,a,a,a,a], [b,b,b,b,b]]", "[a" + strings.Repeat(",a", 15) + "]",
		"links[?rel=='self'].href | [0]", "sort_by(items, &at)[-1].token", "replace(token, 'a', 'b')", "replace(token, '', 'xxxxxxxxxxxxxxx')", "not_null(token, access_token)", "not_null([a" + strings.Repeat(",a", 15) + "])",
		"a || b || c || d", strings.Repeat("a && ", 20) + "b", strings.Repeat("a == `1` || ", 40) + "b", "to_string(map(&[id, name], items))", "merge(@, {a: b})", "starts_with(token, 'x') && length(token) > `3`", "[?contains([a,b,c,d,e], 'x')].[a" + strings.Repeat(",a", 13) + "]",
	}
	for _, path := range good {
		if err := Path(path).Check(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	bad := map[string]string{
		"data[":                               "no JMESPath expression",
		"nothing(@)x":                         "no JMESPath expression",
		strings.Repeat("a.", 500) + "b":       "longer than 1000 characters",
		"$.token":                             "uses $ or let",
		"let $a = @ in [*].[$a]":              "uses $ or let",
		"[?token == $.other]":                 "uses $ or let",
		"pad_left('x', `999999999`, ' ')":     "pad_left is not supported",
		"pad_right(a, b)":                     "pad_right is not supported",
		"replace(a, '', a)":                   "not literals",
		"[?a].[@,@,@,@,@] | [].[@,@,@,@]":     "more than 16 times",
		"replace(a, 'x')":                     "not literals",
		"join()":                              "not a literal",
		"replace(a, b, 'x')":                  "not literals",
		"[a" + strings.Repeat(",a", 16) + "]": "more than 16 times",
		"replace(a, '', 'xxxxxxxxxxxxxxxx')":  "more than 16 times",
		"join(a, b)":                          "not a literal",
		"[@,@][] | [@,@][] | [@,@][] | [@,@][] | [@,@][]":      "more than 16 times",
		"[@,@,@,@] | [@,@,@] | [@,@]":                          "more than 16 times",
		"[@,@,@,@,@].[@,@,@,@,@]":                              "more than 16 times",
		"map(&[@,@,@,@,@], map(&[@,@,@,@,@], @))":              "more than 16 times",
		"map(&'" + strings.Repeat("x", 600) + "', @)":          "more than 16 times",
		"replace(replace(replace(a,'','xx'),'','xx'),'','xx')": "more than 16 times",
	}
	for path, says := range bad {
		if err := Path(path).Check(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A path that nobody has checked is not followed either.
func TestUncheckedPath(t *testing.T) {
	if found := Path("pad_left('x', `5`, ' ')").Find(http.Header{}, nil); found != nil {
		t.Errorf("it finds %v", found)
	}
}

// What Check lets pass ends soon, on the largest answer.
func TestDearPathsEnd(t *testing.T) {
	element := `{"a":[1,2,3],"b":"xyz"},`
	body := "[" + strings.Repeat(element, ((1<<20)-10)/len(element)) + `{"a":[1],"b":""}]`
	var data any
	if err := json.Unmarshal([]byte(body), &data); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"[@,@,@,@] | [].[a,b] | [] | length(@)", "sort_by(@, &to_string(@))[0].b", "to_string([@,@,@,@,@,@,@,@])",
		"group_by(@, &b)", "[*].[a,b,a,b,a,b,a,b][][][] | length(@)", "[?a == a && b == b && @ == @][].b | join(',', @)",
	} {
		if err := Path(path).Check(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		start := time.Now()
		Path(path).Find(http.Header{}, data)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %s", path, took)
		}
	}
}
