// Tells Kiem that a person used a tool, over HTTP, with Java alone: java PublishUsage.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.UUID;

public class PublishUsage {
    public static void main(String[] none) throws Exception {
        String data = """
            {"at": "%s", "person": "p-1042", "tool": "crm", "feature": "search"}
            """.formatted(Instant.now());
        HttpRequest request = HttpRequest
            .newBuilder(URI.create(System.getenv("KIEM_METRICS_URL") + "/v1/events"))
            .header("Authorization", "Bearer " + System.getenv("TOKEN"))
            .header("Content-Type", "application/json")
            .header("ce-specversion", "1.0")
            .header("ce-id", UUID.randomUUID().toString()) // keep it: send the same again when unsure
            .header("ce-source", "https://crm.example.org")
            .header("ce-type", "kiem.usage.ToolUsageRecorded.v1")
            .POST(HttpRequest.BodyPublishers.ofString(data))
            .build();
        // Without TLS this client asks to change to HTTP/2, which no service of Kiem speaks.
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode() + " " + answer.body());
        if (answer.statusCode() != 202) {
            System.exit(1);
        }
    }
}
