# Build and run with one command:
#   docker build -t affinity . && docker run --rm --init -p 127.0.0.1:8501:8501 -v affinity:/data affinity
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home affinity && mkdir /data && chown affinity /data
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
USER affinity
ENV AFFINITY_DATA=/data PYTHONDONTWRITEBYTECODE=1
VOLUME /data
EXPOSE 8501
# Inside the container it must listen beyond its own loopback; -p 127.0.0.1:... keeps others out.
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
