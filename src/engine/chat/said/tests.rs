use super::*;

fn failed(status: u16, body: &str, key: Option<&Secret>) -> EngineError {
    let reply = Reply {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: (body != AZURE_LIMIT && !body.contains("Loading")).then_some(Duration::from_secs(3)),
        body: body.as_bytes().to_vec(),
    };
    let endpoint = Endpoint::parse("http://user:pass@127.0.0.1:1/v1?key=abc").unwrap();
    failure(&endpoint, &reply, "m", &KeyUse { secret: key, variable: "MY_KEY" })
}

/// Azure's bodies as users have posted them with the trackers of openai-python, litellm and dify.
const AZURE_LIMIT: &str = r#"{"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 26 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit."}}"#;
const AZURE_FILTER: &str = r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"violence":{"filtered":true,"severity":"medium"}}}}}"#;
const AZURE_INNER: &str = r#"{"error":{"message":"Invalid prompt","code":"invalid_request","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#;

#[test]
fn each_failure_is_named_by_what_the_caller_must_do() {
    let pause = Some(Duration::from_secs(3));
    let wait = |seconds| ErrorClass::Wait(Some(Duration::from_secs(seconds)));
    let table = [
        (429, "{}", ErrorClass::Wait(pause)),
        (503, "<html>busy</html>", ErrorClass::Wait(pause)),
        (402, "{}", ErrorClass::Stop),
        (408, "", ErrorClass::Retry),
        (409, "", ErrorClass::Retry),
        (413, "", ErrorClass::Split),
        (400, r#"{"detail":"messages: bad"}"#, ErrorClass::Stop),
        (401, "", ErrorClass::Stop),
        (403, "", ErrorClass::Stop),
        (404, "", ErrorClass::Stop),
        (422, "", ErrorClass::Stop),
        (501, "", ErrorClass::Stop),
        // OpenAI.
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota, please check your plan","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
            ErrorClass::Stop,
        ),
        (
            400,
            r#"{"error":{"message":"This model's maximum context length is 8192 tokens.","code":"context_length_exceeded"}}"#,
            ErrorClass::Split,
        ),
        (
            400,
            r#"{"error":{"message":"The response was filtered","code":"content_filter"}}"#,
            ErrorClass::NextEngine,
        ),
        // Azure.
        (429, AZURE_LIMIT, wait(26)),
        (429, &AZURE_LIMIT.replace("26 seconds", "86400 seconds"), ErrorClass::Stop),
        (400, AZURE_FILTER, ErrorClass::NextEngine),
        (400, AZURE_INNER, ErrorClass::NextEngine),
        (
            401,
            r#"{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}"#,
            ErrorClass::Stop,
        ),
        // Anthropic ("Errors" in its API documentation).
        (
            529,
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            ErrorClass::Wait(pause),
        ),
        (
            429,
            r#"{"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your organization's rate limit of 40,000 input tokens per minute"}}"#,
            ErrorClass::Wait(pause),
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 207900 tokens > 200000 maximum"}}"#,
            ErrorClass::Split,
        ),
        (
            413,
            r#"{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#,
            ErrorClass::Split,
        ),
        (
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
            ErrorClass::Stop,
        ),
        (
            402,
            r#"{"type":"error","error":{"type":"billing_error","message":"There is an issue with your billing"}}"#,
            ErrorClass::Stop,
        ),
        (
            404,
            r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}"#,
            ErrorClass::Stop,
        ),
        (
            500,
            r#"{"type":"error","error":{"type":"api_error","message":"Internal server error"}}"#,
            ErrorClass::Wait(pause),
        ),
        // llama.cpp, in three of its versions.
        (503, r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#, wait(5)),
        (
            400,
            r#"{"error":{"code":400,"message":"request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":4390,"n_ctx":4096}}"#,
            ErrorClass::Split,
        ),
        (
            500,
            r#"{"error":{"code":500,"message":"Context size has been exceeded.","type":"server_error"}}"#,
            ErrorClass::Split,
        ),
        // Ollama.
        (
            404,
            r#"{"error":{"message":"model \"m\" not found, try pulling it first","type":"api_error","param":null,"code":null}}"#,
            ErrorClass::Stop,
        ),
        (
            503,
            r#"{"error":{"message":"server busy, please try again.  maximum pending requests exceeded"}}"#,
            ErrorClass::Wait(pause),
        ),
        // vLLM.
        (
            400,
            r#"{"object":"error","message":"'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 8192 tokens and your request has 500 input tokens","type":"BadRequestError","param":null,"code":400}"#,
            ErrorClass::Split,
        ),
        // A gateway that wraps its error into a list.
        (429, r#"[{"error":{"code":429,"message":"Resource has been exhausted"}}]"#, ErrorClass::Wait(pause)),
    ];
    for (status, body, class) in table {
        assert_eq!(failed(status, body, None).class, class, "{status} {body}");
    }
}

#[test]
fn an_error_in_a_reply_of_status_200_has_the_class_of_its_code() {
    let table = [
        (r#"{"code":429,"message":"slow down"}"#, ErrorClass::Wait(None)),
        (r#"{"type":"overloaded_error","message":"Overloaded"}"#, ErrorClass::Wait(None)),
        (r#"{"type":"rate_limit_error","message":"…"}"#, ErrorClass::Wait(None)),
        (r#"{"type":"authentication_error","message":"…"}"#, ErrorClass::Stop),
        (r#"{"code":400,"message":"the request exceeds the available context size"}"#, ErrorClass::Split),
        (r#"{"code":"content_filter","message":"…"}"#, ErrorClass::NextEngine),
        (r#""model crashed""#, ErrorClass::Retry),
        (r#"{"code":502,"message":"Provider returned error"}"#, ErrorClass::Retry),
    ];
    for (error, class) in table {
        let said = Said::of(&serde_json::from_str(error).unwrap());
        assert_eq!(refusal(&said, StatusCode::OK).class, class, "{error}");
    }
}

#[test]
fn a_refused_key_or_model_says_what_to_change_and_shows_no_secret() {
    assert!(failed(401, "", None).hint.unwrap().contains("set `MY_KEY`"));
    let key = Secret::new("sk-canary");
    let error =
        failed(401, r#"{"error":{"message":"Incorrect API key provided: sk-canary\u001b[2J"}}"#, Some(&key));
    assert_eq!(
        error.message,
        "`http://127.0.0.1:1/v1` answers 401 Unauthorized: Incorrect API key provided: [key] [2J"
    );
    assert!(error.hint.unwrap().contains("not accepted"));
    let hint = |status, body| failed(status, body, None).hint.unwrap();
    assert_eq!(
        hint(404, r#"{"error":"model \"m\" not found, try pulling it first"}"#),
        "`ollama pull m` fetches it"
    );
    assert!(hint(404, r#"{"error":{"type":"not_found_error","message":"model: m"}}"#).contains("serve `m`"));
    assert!(hint(404, r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#)
        .contains("Azure"));
    assert!(hint(404, "404 page not found").contains("/v1"));
    assert!(hint(429, &AZURE_LIMIT.replace("26 seconds", "86400 seconds")).contains("1440 minutes"));
}
