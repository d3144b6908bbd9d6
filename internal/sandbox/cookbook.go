package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sync"
)

const (
	standardOK  = `{"access_token":"TOKEN","token_type":"Bearer","expires_in":3600}`
	numericText = `{"access_token":"TOKEN","expires_in":"3599"}`
)

// Cookbook returns the rows of the sets in the guides: the shapes, then the vendors of the two
// pages of the cookbook. The sandbox serves each at its name and the vendor's path, such as /jamf/api/v1/auth/token. A row does not
// require what the vendor's document leaves open. Without a Method it takes POST, and without
// Use and UseBasic the API expects a bearer token.
func Cookbook() []Row { return slices.Clone(cookbook()) }

// cookbook makes the rows once, as each request of some tests asks for them.
var cookbook = sync.OnceValue(func() []Row {
	rows := slices.Concat(shapes(),
		networkAppliances(), storageAppliances(), hypervisors(), clusters(),
		cloudJSON(), cloudForm(), cloudQuery(), cloudOAuth2(), cloudOAuthJSON(), cloudSigned(), []Row{cognito()}, cloudAssertions())
	for i, row := range rows {
		rows[i].Base, rows[i].Method = "/"+row.Name, cmp.Or(row.Method, http.MethodPost)
		if row.Use == nil && row.UseBasic == "" {
			rows[i].Use = bearer()
		}
	}
	return rows
})

func bearer() map[string]string { return map[string]string{"Authorization": "Bearer TOKEN"} }

// jsonBody returns an object of names and values, in turn.
func jsonBody(pairs ...string) string {
	object := map[string]string{}
	for pair := range slices.Chunk(pairs, 2) {
		object[pair[0]] = pair[1]
	}
	body, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// formBody returns a form of names and values, in turn.
func formBody(pairs ...string) string {
	body := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		body.Set(pair[0], pair[1])
	}
	return body.Encode()
}

func basic(user, password string) string { return Value(user) + ":" + Value(password) }
