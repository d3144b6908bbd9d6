package answer

import (
	"net/http"
	"testing"
)

func TestUnlike(t *testing.T) {
	t.Parallel()
	const body = `{"code":0,"status":"OK","ok":"true","n":"7","data":{"done":true},"list":[1],"no":null}`
	for path, want := range map[string]Unlike{
		"code == '0'":                      {"code", "a number", "code == `0`"},
		"'0' == code":                      {"code", "a number", "code == `0`"},
		"code != '1'":                      {"code", "a number", "code != `1`"},
		"code > '1'":                       {"code", "a number", ""},
		"code == 'OK'":                     {"code", "a number", ""},
		"n == `7`":                         {"n", "a string", "n == '7'"},
		"ok == `true`":                     {"ok", "a string", "ok == 'true'"},
		"data.done == 'true'":              {"data.done", "a boolean", "data.done == `true`"},
		"status == OK":                     {"OK", "nothing", "status == 'OK'"},
		"data.done == true":                {"true", "nothing", "data.done == `true`"},
		"ok == true":                       {"true", "nothing", "ok == 'true'"},
		"!(status == OK)":                  {"OK", "nothing", "status == 'OK'"},
		"code == `0` && status == `0`":     {"status", "a string", "status == '0'"},
		"state == 'OK'":                    {"state", "nothing", ""},
		"data == 'OK'":                     {"data", "an object", ""},
		"list == '1'":                      {"list", "a list", ""},
		"status == `[1]`":                  {"status", "a string", ""},
		"code == `0`":                      {},
		"code == `7`":                      {},
		"status == 'ERR'":                  {},
		"no == `null`":                     {},
		"state == `null`":                  {},
		"length(list) == '1'":              {},
		"list[?@ == 'a']":                  {},
		"status == status":                 {},
		"header:X-Code":                    {},
		"status == ":                       {},
		"contains(['OK', 'GOOD'], status)": {},
	} {
		p, _ := ParsePath(path)
		if got := Read(http.Header{}, []byte(body)).Unlike(p); got != want {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
}

func TestIsPlain(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{"a.b[0]": true, `"a-b"`: true, "a || b": false, "a == b": false, "header:A": false, "a[": false} {
		p, _ := ParsePath(path)
		if got := p.IsPlain(); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
}
